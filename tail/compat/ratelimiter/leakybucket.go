// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package ratelimiter is the leaky bucket of nxadm/tail and hpcloud/tail, for
// programs that were written for theirs. A bucket is a tail.RateLimiter.
package ratelimiter

import "time"

// LeakyBucket is filled by Pour and leaks at a steady rate. It is for one
// goroutine at a time.
type LeakyBucket struct {
	// Size is how much it holds.
	Size uint16
	// Fill is how much was in it at Lastupdate.
	Fill float64
	// LeakInterval is how long one unit takes to leak; where it is not
	// positive the bucket is always empty.
	LeakInterval time.Duration
	Lastupdate   time.Time
	// Now is the clock; nil is time.Now.
	Now func() time.Time
}

// NewLeakyBucket returns an empty bucket.
func NewLeakyBucket(size uint16, leakInterval time.Duration) *LeakyBucket {
	return &LeakyBucket{Size: size, LeakInterval: leakInterval, Lastupdate: time.Now(), Now: time.Now}
}

func (b *LeakyBucket) now() time.Time {
	if b.Now == nil {
		return time.Now()
	}
	return b.Now()
}

// leak brings Fill up to date. A clock that was set back leaks nothing.
func (b *LeakyBucket) leak() {
	now := b.now()
	if b.LeakInterval <= 0 {
		b.Fill = 0
	} else if elapsed := now.Sub(b.Lastupdate); elapsed > 0 {
		b.Fill = max(0, b.Fill-float64(elapsed)/float64(b.LeakInterval))
	}
	b.Lastupdate = now
}

// Pour adds an amount where there is room for all of it, and reports whether
// there was.
func (b *LeakyBucket) Pour(amount uint16) bool {
	b.leak()
	fill := b.Fill + float64(amount)
	if fill > float64(b.Size) {
		return false
	}
	b.Fill = fill
	return true
}

// DrainedAt is when the bucket will be empty, or was.
func (b *LeakyBucket) DrainedAt() time.Time {
	return b.Lastupdate.Add(time.Duration(b.Fill * float64(b.LeakInterval)))
}

// TimeToDrain is how long the bucket needs to be empty; it is negative when it
// has been.
func (b *LeakyBucket) TimeToDrain() time.Duration { return b.DrainedAt().Sub(b.now()) }

// TimeSinceLastUpdate is how long ago Fill was brought up to date.
func (b *LeakyBucket) TimeSinceLastUpdate() time.Duration { return b.now().Sub(b.Lastupdate) }

// LeakyBucketSer is a LeakyBucket without its clock, to be stored.
type LeakyBucketSer struct {
	Size         uint16
	Fill         float64
	LeakInterval time.Duration
	Lastupdate   time.Time
}

// Serialise returns the bucket as it can be stored.
func (b *LeakyBucket) Serialise() *LeakyBucketSer {
	return &LeakyBucketSer{Size: b.Size, Fill: b.Fill, LeakInterval: b.LeakInterval, Lastupdate: b.Lastupdate}
}

// DeSerialise returns the bucket with the system's clock.
func (b *LeakyBucketSer) DeSerialise() *LeakyBucket {
	return &LeakyBucket{Size: b.Size, Fill: b.Fill, LeakInterval: b.LeakInterval, Lastupdate: b.Lastupdate, Now: time.Now}
}
