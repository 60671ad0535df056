// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"regexp"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// parks makes followers park in this test wherever they can, so that it need not
// wait until a file has been quiet for long.
func parks(t *testing.T) {
	t.Helper()
	if !fileid.CanTrace {
		t.Skip(runtime.GOOS + ": nothing tells when a file was changed, so that nobody parks")
	}
	before := watch.Default.ParkAlways
	watch.Default.ParkAlways = true
	t.Cleanup(func() { watch.Default.ParkAlways = before })
	leavesNothing(t)
}

// awaitParked waits until no Tail has a goroutine.
func awaitParked(t *testing.T) {
	t.Helper()
	stacks := make([]byte, 1<<20)
	for begin := time.Now(); servers.Match(stacks[:runtime.Stack(stacks, true)]); runtime.Gosched() {
		if time.Since(begin) > patience {
			t.Fatal("the Tail still has its goroutine")
		}
	}
}

// servers are the goroutines of Tails, those that have not begun yet included.
var servers = regexp.MustCompile(`created by \S+/tail\.(Open|\(\*goroutine\)\.Wake) `)

// parkedTail has sent its first line, which was received where that is said.
func parkedTail(t *testing.T, cfg tail.Config, received bool) (*tail.Tail, string) {
	t.Helper()
	path := logFile(t, "one\n")
	tl := open(t, path, cfg)
	if received {
		wantLines(t, tl, "one")
	}
	awaitParked(t)
	return tl, path
}

// seldom is cfg with as much time between the looks as there is for a Tail that
// parks.
func seldom(cfg tail.Config) tail.Config {
	cfg.PollInterval = time.Second
	return following(cfg)
}

func TestParkedTailGoesOn(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		parks(t)
		tl, path := parkedTail(t, following(cfg), true)
		for range 20 {
			appendTo(t, path, "two\n")
			wantLines(t, tl, "two")
			awaitParkedOrPolling(t, cfg)
		}
		rotate(t, path)
		write(t, path, "three\n")
		wantLines(t, tl, "three")
	})
}

// awaitParkedOrPolling does not wait for one that polls all the time.
func awaitParkedOrPolling(t *testing.T, cfg tail.Config) {
	t.Helper()
	if !cfg.Poll {
		awaitParked(t)
	}
}

// TestParkedTailEnds at once, for whatever reason.
func TestParkedTailEnds(t *testing.T) {
	for name, way := range ways {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				parks(t)
				tl, _ := parkedTail(t, seldom(cfg), true)
				err := returns(t, "the end", func() error { return way.end(tl) })
				if got := reason(err); got != way.want {
					t.Errorf("the reason is %q, want %q", got, way.want)
				}
				if line, ok := <-tl.Lines; ok {
					t.Errorf("%+v comes after the end", line)
				}
			})
		})
	}
}

// TestParkedTailIsStoppedAtEOF after all that was written.
func TestParkedTailIsStoppedAtEOF(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		parks(t)
		tl, path := parkedTail(t, seldom(cfg), true)
		appendTo(t, path, "two\n")
		if err := returns(t, "StopAtEOF", tl.StopAtEOF); reason(err) != "tail: stop at eof" {
			t.Errorf("the reason is %v", err)
		}
		wantLines(t, tl, "two")
	})
}

// TestParkedTailTells what has been received, though nobody serves it.
func TestParkedTailTells(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		parks(t)
		tl, _ := parkedTail(t, seldom(cfg), false)
		for _, want := range []int64{0, 4} {
			if got, err := tl.Tell(); got != want || err != nil {
				t.Errorf("Tell says %d, %v, want %d", got, err, want)
			}
			if want == 0 {
				wantLines(t, tl, "one")
			}
		}
		awaitParked(t)
		must(t, tl.Stop())
	})
}

// TestTellWhileParking is answered whatever the Tail is about to do.
func TestTellWhileParking(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		parks(t)
		tl, path := parkedTail(t, following(cfg), true)
		repeat(t, func() {
			if _, err := tl.Tell(); err != nil {
				t.Error(err)
			}
			runtime.Gosched()
		})
		for range 50 {
			appendTo(t, path, "more\n")
			wantLines(t, tl, "more")
		}
	})
}

// mortal is a waker that may be over.
type mortal struct {
	waker
	over atomic.Bool
}

func (m *mortal) Over() bool { return m.over.Load() }

// TestLookFindsWakerOver, as that of a Tail whose Tomb was killed, though nothing
// has happened to the file.
func TestLookFindsWakerOver(t *testing.T) {
	needsLooks(t)
	hub, quiet := heldHub(t), quietFile(t, logFile(t, "one\n"), time.Millisecond)
	m := &mortal{waker: newWaker()}
	turn := watch.Turn{Waker: m}
	hub.Sweep(&turn, &quiet)
	t.Cleanup(func() { hub.Forget(&turn) })
	m.over.Store(true)
	receive(t, "the wake-up", m.waker)
}
