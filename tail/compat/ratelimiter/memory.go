// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package ratelimiter

import (
	"errors"
	"sync"
	"time"
)

const (
	// GCSize is how many buckets a Memory keeps before it looks for drained
	// ones.
	GCSize = 100
	// GCPeriod is how long it leaves them alone after it has looked.
	GCPeriod = 60 * time.Second
)

// errMiss has the text of nxadm/tail.
var errMiss = errors.New("miss")

// Storage keeps buckets by a key.
type Storage interface {
	// GetBucketFor returns a bucket, or an error where there is none.
	GetBucketFor(key string) (*LeakyBucket, error)
	// SetBucketFor puts a bucket in the place of what the key has.
	SetBucketFor(key string, bucket LeakyBucket) error
}

// Memory is a Storage of this process. It may be used by many goroutines.
type Memory struct {
	mu        sync.Mutex
	buckets   map[string]LeakyBucket
	collected time.Time
}

// NewMemory returns a Memory without buckets.
func NewMemory() *Memory { return &Memory{buckets: map[string]LeakyBucket{}, collected: time.Now()} }

// GetBucketFor returns a copy of a bucket, or an error where there is none.
func (m *Memory) GetBucketFor(key string) (*LeakyBucket, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	bucket, ok := m.buckets[key]
	if !ok {
		return nil, errMiss
	}
	return &bucket, nil
}

// SetBucketFor keeps a bucket; the error is always nil. From time to time
// drained ones are dropped.
func (m *Memory) SetBucketFor(key string, bucket LeakyBucket) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.buckets) >= GCSize && time.Since(m.collected) >= GCPeriod {
		m.collect()
	}
	m.buckets[key] = bucket
	return nil
}

// GarbageCollect drops the buckets that are drained: each is as good as a new
// one.
func (m *Memory) GarbageCollect() {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.collect()
}

func (m *Memory) collect() {
	m.collected = time.Now()
	for key, bucket := range m.buckets {
		if bucket.TimeToDrain() <= 0 {
			delete(m.buckets, key)
		}
	}
}
