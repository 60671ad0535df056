// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// TestBusyFileIsLookedAtByTime and not at each write; one that is calm again
// does not let a write wait.
func TestBusyFileIsLookedAtByTime(t *testing.T) {
	skipWindows(t, "the watch of a folder is kept until the hub stops")
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		path := logFile(t, "")
		o := follow(t, path, following(tail.Config{}))
		synctest.Wait()
		b := l.last()
		file := b.added()[0]
		tell := func(line string) (took time.Duration) {
			begin := time.Now()
			appendTo(t, path, line+"\n")
			b.send(file, fsnotify.Write)
			o.want(line)
			return time.Since(begin)
		}
		for _, line := range numbered(1, 100) {
			if took := tell(line); took > 10*time.Millisecond {
				t.Errorf("%q came after %v", line, took)
			}
		}
		if n := b.standing(); n != 0 || b.closed() {
			t.Errorf("%d watches stand; the watcher is closed: %v; want none, and a watcher that goes on", n, b.closed())
		}
		time.Sleep(time.Second) // of the bubble's time
		synctest.Wait()
		if took := tell("a line after a calm"); took > 0 || b.standing() != 1 {
			t.Errorf("it came after %v; %d watches stand", took, b.standing())
		}
	})
}

// TestWritesNowAndThenDoNotWait for a time to look.
func TestWritesNowAndThenDoNotWait(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		path := logFile(t, "")
		o := follow(t, path, following(tail.Config{}))
		synctest.Wait()
		for _, line := range numbered(1, 100) {
			time.Sleep(2 * time.Millisecond) // of the bubble's time
			begin := time.Now()
			appendTo(t, path, line+"\n")
			l.last().send(l.last().added()[0], fsnotify.Write)
			o.want(line)
			if took := time.Since(begin); took > 0 {
				t.Errorf("%q came after %v", line, took)
			}
		}
	})
}
