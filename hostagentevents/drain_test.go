// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// stderrLines are numbered lines of plain text.
func stderrLines(n int) (text string, lines []string) {
	for i := range n {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	return strings.Join(lines, "\n") + "\n", lines
}

// TestReasonComesBeforeExiting: what stderr holds when exiting is written is
// logged before the event is handed over.
func TestReasonComesBeforeExiting(t *testing.T) {
	text, lines := stderrLines(500)
	tests := map[string]func(logs){
		"running": func(l logs) {
			l.append(l.stderr, text)
			l.append(l.stdout, exitingEvent)
		},
		"started anew": func(l logs) {
			l.restart()
			l.append(l.stderr, text)
			l.append(l.stdout, exitingEvent)
		},
		"half a line behind": func(l logs) {
			l.append(l.stderr, text+"half")
			l.append(l.stdout, exitingEvent)
		},
		"events behind": func(l logs) {
			l.append(l.stderr, text)
			l.append(l.stdout, exitingEvent+portEvent(7)+exitingEvent+portEvent(8))
		},
	}
	for name, end := range tests {
		for backend, opts := range backends() {
			t.Run(name+", "+backend, func(t *testing.T) {
				l, log := newLogs(t), new(recorder)
				l.append(l.stderr, "booting\n")
				l.append(l.stdout, portEvent(1))
				got := l.untilExiting(log, end, opts)
				if n := len(got); n < len(lines) || !slices.Equal(got[n-len(lines):], lines) {
					t.Errorf("before exiting %d lines of stderr had come: %.100q", n, got)
				}
			})
		}
	}
}

// untilExiting calls end at the first event and returns what stderr has logged
// when exiting comes.
func (l logs) untilExiting(log *recorder, end func(logs), opts []Option) []string {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	err := Watch(ctx, l.stdout, l.stderr, time.Time{}, func(event Event) bool {
		if event.Status.SSHLocalPort == 1 {
			end(l)
		}
		return event.Status.Exiting
	}, append(opts, WithLogger(log.logger()))...)
	if err != nil {
		l.t.Errorf("Watch: %v", err)
	}
	return log.messages("hostagent")
}

// TestEventsBehindExitingKeepTheirOrder: those that come in while stderr is
// read are kept.
func TestEventsBehindExitingKeepTheirOrder(t *testing.T) {
	l := newLogs(t)
	text, _ := stderrLines(500)
	l.append(l.stderr, text)
	l.append(l.stdout, portEvent(1)+exitingEvent+portEvent(2)+exitingEvent+portEvent(3)+portEvent(sentinel))
	if diff := cmp.Diff([]int{1, 0, 2, 0, 3}, l.ports(time.Time{}, func(int) {})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestContextEndsBeforeQueuedEvents: those are not handed over any more.
func TestContextEndsBeforeQueuedEvents(t *testing.T) {
	l := newLogs(t)
	w := newOpenWatcher(t, l)
	ctx, cancel := context.WithCancelCause(t.Context())
	w.queue = []found{{event: Event{Status: Status{Exiting: true}}}, {}}
	if _, err := w.next(ctx); err != nil {
		t.Fatal(err)
	}
	cancel(errEnough)
	if _, err := w.next(ctx); !errors.Is(err, errEnough) {
		t.Errorf("got %v", err)
	}
}

func TestExitingWithoutStderr(t *testing.T) {
	tests := map[string]func(logs){
		"missing": func(logs) {},
		"empty":   func(l logs) { l.append(l.stderr, "") },
		"half a line": func(l logs) {
			l.append(l.stderr, "half")
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			prepare(l)
			l.append(l.stdout, exitingEvent+portEvent(sentinel))
			if diff := cmp.Diff([]int{0}, l.ports(time.Time{}, func(int) {})); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func newOpenWatcher(t *testing.T, l logs, opts ...Option) *watcher {
	t.Helper()
	w := newWatcher(l.stdout, l.stderr, newOptions(opts))
	t.Cleanup(func() { w.group.Close() })
	if err := w.open(); err != nil {
		t.Fatal(err)
	}
	return w
}

func TestDrainEndsWithContext(t *testing.T) {
	l := newLogs(t)
	l.append(l.stderr, "line\n")
	w := newOpenWatcher(t, l)
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnough)
	if err := w.drain(ctx); !errors.Is(err, errEnough) {
		t.Errorf("got %v", err)
	}
}
