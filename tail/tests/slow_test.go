// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// every lets one line pass per so many calls.
type every struct{ calls, n int }

func (e *every) Pour(amount uint16) bool {
	e.calls++
	return amount == 1 && e.calls%e.n == 0
}

func TestRateLimiterDelaysAndDropsNothing(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := polled(t)
		limiter := &every{n: 3} // twice a second's wait for each line
		cfg.RateLimiter = limiter
		want := numbered(1, 10)
		begin := time.Now()
		if got := texts(t, open(t, logFile(t, text(want)), cfg)); !slices.Equal(got, want) {
			t.Errorf("got %q", got)
		}
		if limiter.calls != 30 {
			t.Errorf("the limiter was asked %d times, want 30", limiter.calls)
		}
		if took := time.Since(begin); took < 20*time.Second {
			t.Errorf("it took %v: the limiter was asked again at once", took)
		}
	})
}

func TestNilBucketIsNoLimiter(t *testing.T) {
	leavesNothing(t)
	var bucket *every
	tl := open(t, logFile(t, "one\n"), tail.Config{RateLimiter: bucket})
	wantLines(t, tl, "one")
	wantEnd(t, tl)
	if tl.RateLimiter != nil {
		t.Errorf("the Config holds %#v, want no limiter", tl.RateLimiter)
	}
}

// A consumer that takes its time gets all that was written meanwhile, the rest
// of a file that was rotated away included.
func TestSlowConsumer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, text(numbered(1, 10)))
		cfg := following(polled(t))
		cfg.GracePeriod = time.Minute
		tl := open(t, path, cfg)
		wantLines(t, tl, "line 1")
		synctest.Wait()
		appendTo(t, path, text(numbered(11, 20)))
		rename(t, path, path+".1")
		write(t, path, text(numbered(21, 30)))
		for _, want := range numbered(2, 30) {
			synctest.Wait()
			time.Sleep(10 * time.Second) // of the bubble's time: what a slow consumer does
			wantLines(t, tl, want)
		}
	})
}

// A tail that nobody serves holds nobody else up: not one that follows the same
// file, and not the kernel's events of others.
func TestConsumerThatNeverComes(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "line 0\n")
		for range 3 {
			open(t, path, following(cfg))
		}
		o := follow(t, path, following(cfg))
		o.want("line 0")
		for _, l := range numbered(1, 2000) {
			appendTo(t, path, l+"\n")
		}
		o.want(numbered(1, 2000)...)
	})
}

// What is not taken is not read either: memory does not grow with the backlog.
func TestBacklogStaysInTheFile(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, text(numbered(1, 200_000)))
	tl := open(t, path, tail.Config{Follow: true})
	wantLines(t, tl, "line 1")
	if st := tl.Stats(); st.Delivered > 1<<20 {
		t.Errorf("%d bytes are in memory for a consumer of one line", st.Delivered)
	}
}
