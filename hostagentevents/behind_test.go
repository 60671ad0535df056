// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"io/fs"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// handed watches l and returns what came, in order: ports, "bad" lines and the
// "exit". judge is asked about each bad line.
func (l logs) handed(judge error, opts ...Option) (got []string, err error) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	err = Watch(ctx, l.stdout, l.stderr, time.Time{}, func(event Event) bool {
		if event.Status.Exiting {
			got = append(got, "exit")
			return false
		}
		got = append(got, strconv.Itoa(event.Status.SSHLocalPort))
		return event.Status.SSHLocalPort == sentinel
	}, append(opts, WithBadLine(func(*LineError) error {
		got = append(got, "bad")
		return judge
	}))...)
	return got, err
}

// TestBadLineBehindExiting: it is judged when its turn comes, though it has been
// read before the exiting event was handed over.
func TestBadLineBehindExiting(t *testing.T) {
	for name, test := range map[string]struct {
		judge error
		want  []string
	}{
		"skipped":        {nil, []string{"1", "exit", "2", "bad", "3", strconv.Itoa(sentinel)}},
		"ends the watch": {errEnough, []string{"1", "exit", "2", "bad"}},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stdout, portEvent(1)+exitingEvent+portEvent(2)+"garbage\n"+portEvent(3)+portEvent(sentinel))
			got, err := l.handed(test.judge)
			if !errors.Is(err, test.judge) {
				t.Errorf("Watch returned %v", err)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestBadLineInTheWaitForAReason does not end it.
func TestBadLineInTheWaitForAReason(t *testing.T) {
	l := newLogs(t)
	judged := 0
	w := newOpenWatcher(t, l, WithReasonWait(50*time.Millisecond), WithBadLine(func(*LineError) error {
		judged++
		return errEnough
	}))
	l.append(l.stdout, exitingEvent+"garbage\n")
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if event, err := w.next(ctx); err != nil || !event.Status.Exiting || judged != 0 {
		t.Errorf("%+v, %v, %d lines were judged", event, err, judged)
	}
	if _, err := w.next(ctx); !errors.Is(err, errEnough) || judged != 1 {
		t.Errorf("%v, %d lines were judged", err, judged)
	}
}

// TestExitIsHandedOver: whatever happens while its reason is looked for, the
// exiting event comes first, and what was read with it.
func TestExitIsHandedOver(t *testing.T) {
	gone := errors.New("gone")
	for name, test := range map[string]struct {
		stdout string // behind the event
		ports  []int
		end    func(l logs, w *watcher, log *recorder, cancel context.CancelCauseFunc)
		want   error
	}{
		"the context ends": {
			end: func(l logs, _ *watcher, log *recorder, cancel context.CancelCauseFunc) {
				log.hook = func(entry) { cancel(gone) }
				l.append(l.stderr, "last words\n")
			},
			want: gone,
		},
		"the logs cannot be read": {
			stdout: portEvent(2) + exitingEvent + portEvent(3),
			ports:  []int{2, 0, 3},
			end:    func(_ logs, w *watcher, _ *recorder, _ context.CancelCauseFunc) { w.group.Close() },
			want:   fs.ErrNotExist,
		},
	} {
		t.Run(name, func(t *testing.T) {
			l, log := newLogs(t), new(recorder)
			w := newOpenWatcher(t, l, WithReasonWait(patience), WithLogger(log.logger()))
			limited, stop := context.WithTimeout(t.Context(), patience)
			defer stop()
			ctx, cancel := context.WithCancelCause(limited)
			defer cancel(nil)
			l.append(l.stdout, exitingEvent+test.stdout)
			if err := w.fill(ctx); err != nil {
				t.Fatal(err)
			}
			// What stands behind the event has been read, too.
			if err := w.drain(ctx); err != nil {
				t.Fatal(err)
			}
			test.end(l, w, log, cancel)
			if event, err := w.next(ctx); err != nil || !event.Status.Exiting {
				t.Fatalf("%+v, %v", event, err)
			}
			for _, port := range test.ports {
				if event, err := w.next(ctx); err != nil || event.Status.SSHLocalPort != port {
					t.Errorf("%+v, %v, want port %d", event, err, port)
				}
			}
			if _, err := w.next(ctx); !errors.Is(err, test.want) {
				t.Errorf("at the end: %v", err)
			}
		})
	}
}

// TestLittleIsReadAhead: of what stands behind an exiting event, however much,
// a part is in memory when it is handed over, and later.
func TestLittleIsReadAhead(t *testing.T) {
	const many, bound = 20000, maxQueued + 2*(128<<10)/60 // two reads
	for name, opts := range map[string][]Option{"no wait": nil, "a wait": {WithReasonWait(patience)}} {
		for kind, line := range map[string]string{"events": portEvent(2), "exits": exitingEvent} {
			t.Run(name+", "+kind, func(t *testing.T) {
				l := newLogs(t)
				w := newOpenWatcher(t, l, opts...)
				l.append(l.stderr, "booting\n"+fatalLine)
				l.append(l.stdout, exitingEvent+strings.Repeat(line, many))
				ctx, cancel := context.WithTimeout(t.Context(), patience)
				defer cancel()
				for n := range 500 {
					if _, err := w.next(ctx); err != nil {
						t.Fatalf("event %d: %v", n, err)
					}
					if len(w.queue) > bound {
						t.Fatalf("at event %d %d lines are in memory", n, len(w.queue))
					}
				}
			})
		}
	}
}

// TestWaitForAReasonEndsEarly where more has been read than is to be kept.
func TestWaitForAReasonEndsEarly(t *testing.T) {
	l := newLogs(t)
	w := newOpenWatcher(t, l, WithReasonWait(2*patience))
	l.append(l.stdout, exitingEvent+strings.Repeat(portEvent(2), 20000))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if event, err := w.next(ctx); err != nil || !event.Status.Exiting || ctx.Err() != nil {
		t.Errorf("%+v, %v, %v", event, err, ctx.Err())
	}
}
