// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package ratelimiter stands in for that of github.com/hpcloud/tail.
package ratelimiter

import (
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/ratelimiter"
)

// GC_SIZE is how many buckets a Memory keeps before it looks for drained ones.
const GC_SIZE int = ratelimiter.GCSize //nolint:revive // the name is theirs

type (
	// LeakyBucket is filled by Pour and leaks at a steady rate.
	LeakyBucket = ratelimiter.LeakyBucket
	// LeakyBucketSer is a LeakyBucket without its clock, to be stored.
	LeakyBucketSer = ratelimiter.LeakyBucketSer
	// Memory is a Storage of this process.
	Memory = ratelimiter.Memory
	// Storage keeps buckets by a key.
	Storage = ratelimiter.Storage
)

// NewLeakyBucket returns an empty bucket.
func NewLeakyBucket(size uint16, leakInterval time.Duration) *LeakyBucket {
	return ratelimiter.NewLeakyBucket(size, leakInterval)
}

// NewMemory returns a Memory without buckets.
func NewMemory() *Memory { return ratelimiter.NewMemory() }
