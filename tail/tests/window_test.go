// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// TestLineWrittenWhileTheWatchIsMade comes at once: nothing else tells of a
// line between the read that met the end and the watch that stands.
func TestLineWrittenWhileTheWatchIsMade(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		path := logFile(t, "one\n")
		var written sync.Once
		l.add = func(*backend, string) error {
			written.Do(func() { appendTo(t, path, "two\n") })
			return nil
		}
		l.use(t)
		begin := time.Now()
		o := follow(t, path, following(tail.Config{}))
		o.want("one", "two")
		if took := time.Since(begin); took > 0 {
			t.Errorf("it waited %v for the safety tick", took)
		}
	})
}

// TestLastLineBetweenTheEndAndTheWatch: a line is written a moment after the
// one before was received, and none follows it that could bring it along.
func TestLastLineBetweenTheEndAndTheWatch(t *testing.T) {
	aboutEvents(t)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		cfg.Logger = nil
		other := logFile(t, "")
		if !cfg.Poll { // keeps the watcher, which takes the kernel long to make
			stop := open(t, other, following(cfg))
			awaitSubscriptions(t, 1)
			defer stop.Stop()
		}
		path, trials := filepath.Join(folder(t), "log"), soak(t, 1000)
		if cfg.Poll { // there is no watch, and each line takes an interval
			trials /= 5
		}
		for i := range trials {
			lastLine(t, path, time.Duration(i%40)*5*time.Microsecond, following(cfg))
		}
		if n := watch.Default.Len(); !cfg.Poll && n != 1 {
			t.Errorf("%d subscriptions are left, want 1", n)
		}
	})
}

// lastLine is one trial: the second line is written so long after the first.
func lastLine(t *testing.T, path string, after time.Duration, cfg tail.Config) {
	t.Helper()
	write(t, path, "one\n")
	tl, err := tail.Open(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, tl, "one")
	for begin := time.Now(); time.Since(begin) < after; { // a timer would be too coarse
	}
	appendTo(t, path, "two\n")
	wantLines(t, tl, "two")
	if err := returns(t, "Stop", tl.Stop); err != nil {
		t.Fatal(err)
	}
	remove(t, path)
}
