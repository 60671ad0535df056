// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"testing"
	"time"

	"github.com/nxadm/tail/ratelimiter"
)

// clock is set by hand.
type clock struct{ time.Time }

func (c *clock) now() time.Time { return c.Time }

func bucketAt(c *clock) *ratelimiter.LeakyBucket {
	b := ratelimiter.NewLeakyBucket(3, time.Second)
	b.Now, b.Lastupdate = c.now, c.Time
	return b
}

func TestLeakyBucket(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	b := bucketAt(c)
	for i, step := range []struct {
		wait   time.Duration
		amount uint16
		poured bool
		fill   float64
	}{
		{0, 2, true, 2},
		{0, 2, false, 2},
		{0, 1, true, 3},
		{1500 * time.Millisecond, 0, true, 1.5},
		{0, 2, false, 1.5},
		{500 * time.Millisecond, 2, true, 3},
		{-time.Hour, 1, false, 3},
		{time.Minute, 4, false, 0},
	} {
		c.Time = c.Add(step.wait)
		if poured := b.Pour(step.amount); poured != step.poured || b.Fill != step.fill {
			t.Errorf("step %d: Pour(%d) says %v and leaves %v, want %v and %v", i, step.amount, poured, b.Fill, step.poured, step.fill)
		}
	}
}

func TestLeakyBucketTellsWhenItIsDrained(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	b := bucketAt(c)
	b.Pour(2)
	c.Time = c.Add(time.Second)
	if at, in, since := b.DrainedAt(), b.TimeToDrain(), b.TimeSinceLastUpdate(); at != time.Unix(1002, 0) || in != time.Second || since != time.Second {
		t.Errorf("drained at %v, in %v; updated %v ago", at, in, since)
	}
}

func TestLeakyBucketCanBeStored(t *testing.T) {
	c := &clock{time.Unix(1000, 0)}
	b := bucketAt(c)
	b.Pour(2)
	stored := b.Serialise()
	if want := (ratelimiter.LeakyBucketSer{Size: 3, Fill: 2, LeakInterval: time.Second, Lastupdate: c.Time}); *stored != want {
		t.Errorf("stored is %+v, want %+v", *stored, want)
	}
	if back := stored.DeSerialise(); *back.Serialise() != *stored || back.Now == nil {
		t.Errorf("back comes %+v", back)
	}
}

func TestMemory(t *testing.T) {
	var storage ratelimiter.Storage = ratelimiter.NewMemory()
	if b, err := storage.GetBucketFor("key"); b != nil || err == nil || err.Error() != "miss" {
		t.Errorf("of none: %v, %v", b, err)
	}
	full := ratelimiter.NewLeakyBucket(3, time.Hour)
	full.Pour(2)
	must(t, storage.SetBucketFor("key", *full))
	got, err := storage.GetBucketFor("key")
	if err != nil || got.Fill != full.Fill || got == full {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestMemoryForgetsDrainedBuckets(t *testing.T) {
	m := ratelimiter.NewMemory()
	full, drained := ratelimiter.NewLeakyBucket(3, time.Hour), ratelimiter.NewLeakyBucket(3, time.Hour)
	full.Pour(1)
	for i := range ratelimiter.GC_SIZE {
		must(t, m.SetBucketFor(fmt.Sprint("drained", i), *drained))
	}
	must(t, m.SetBucketFor("full", *full))
	m.GarbageCollect()
	if _, err := m.GetBucketFor("full"); err != nil {
		t.Errorf("the full one is gone: %v", err)
	}
	if _, err := m.GetBucketFor("drained0"); err == nil {
		t.Error("a drained one is kept")
	}
}
