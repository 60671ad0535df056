// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"
)

// TestReplacedInTheWait: the next start ends the wait for a reason. What the old
// stderr holds comes first.
func TestReplacedInTheWait(t *testing.T) {
	ways := map[string]func(logs){"deleted": logs.restart, "renamed": logs.rotate, "truncated": logs.truncate}
	for way, restart := range ways {
		for backend, opts := range backends() {
			t.Run(way+", "+backend, func(t *testing.T) {
				needNewFile(t, way)
				l, log, w := newExit(t, append(opts, UntilReplaced(), WithReasonWait(2*patience))...)
				log.hook = func(e entry) {
					switch e.Message {
					case "booting": // what stderr holds is being read
						l.append(l.stderr, "waiting\n")
					case "waiting":
						restart(l)
						l.append(l.stdout, portEvent(2)+portEvent(3))
					}
				}
				w.checkExitThen(t, ErrReplaced)
			})
		}
	}
}

// newExit watches logs that hold an exiting event, and a line of stderr that is no
// reason. The recorder gets what stderr holds when that is read.
func newExit(t *testing.T, opts ...Option) (logs, *recorder, *watcher) {
	t.Helper()
	l, log := newLogs(t), new(recorder)
	w := newOpenWatcher(t, l, append(opts, WithLogger(log.logger()))...)
	l.append(l.stderr, "booting\n")
	l.append(l.stdout, exitingEvent)
	return l, log, w
}

// checkKilled: the next event comes with the reason that fatalLine gives.
func (w *watcher) checkKilled(t *testing.T) {
	t.Helper()
	if event, err := w.next(t.Context()); err != nil || event.ExitReason != "signal: killed" {
		t.Errorf("reason %q, %v", event.ExitReason, err)
	}
}

// checkExitThen: an exiting event comes in time, and then that end.
func (w *watcher) checkExitThen(t *testing.T, end error) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if event, err := w.next(ctx); err != nil || !event.Status.Exiting {
		t.Fatalf("%+v, %v", event, err)
	}
	if ctx.Err() != nil {
		t.Error("it was waited for a reason until the context's end")
	}
	if _, err := w.next(ctx); !errors.Is(err, end) {
		t.Errorf("got %v", err)
	}
}

// TestReasonBeforeTheReplacement: it stands in the old stderr, and another stdout
// has been read before it.
func TestReasonBeforeTheReplacement(t *testing.T) {
	l, log, w := newExit(t, UntilReplaced(), WithReasonWait(2*patience))
	log.hook = func(e entry) {
		switch {
		case e.Message == "booting":
			l.append(l.stderr, "waiting\n")
		case e.Message == "waiting":
			l.rotate()
			l.append(l.stdout, portEvent(2))
		case strings.Contains(e.Message, l.stdout+" is a new file"):
			l.append(l.stderr+".1", fatalLine)
		}
	}
	w.checkKilled(t)
}

// TestGoneInTheWait: the deletion of the instance ends it, too.
func TestGoneInTheWait(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a folder whose files are open cannot be removed")
	}
	l, log, w := newExit(t, UntilGone(), WithPolling(5*time.Millisecond), WithReasonWait(2*patience))
	log.hook = func(e entry) {
		if e.Message == "booting" {
			if err := os.RemoveAll(filepath.Dir(l.stdout)); err != nil {
				t.Error(err)
			}
		}
	}
	w.checkExitThen(t, ErrGone)
}
