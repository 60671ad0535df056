// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// sentinel ends the watch of a test: an event with this port.
const sentinel = 65535

var errEnough = errors.New("enough")

func portEvent(port int) string {
	return fmt.Sprintf("{\"time\":\"2026-01-02T03:04:05Z\",\"status\":{\"sshLocalPort\":%d}}\n", port)
}

func timedEvent(at time.Time, port int) string {
	return fmt.Sprintf("{\"time\":%q,\"status\":{\"sshLocalPort\":%d}}\n", at.Format(time.RFC3339Nano), port)
}

const exitingEvent = `{"time":"2026-01-02T03:04:05Z","status":{"exiting":true}}` + "\n"

// ports watches until the sentinel and returns the ports that came before it.
// Each port is shown to onPort, which may write more.
func (l logs) ports(begin time.Time, onPort func(int), opts ...Option) []int {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	var ports []int
	err := Watch(ctx, l.stdout, l.stderr, begin, func(event Event) bool {
		port := event.Status.SSHLocalPort
		if port == sentinel {
			return true
		}
		ports = append(ports, port)
		onPort(port)
		return false
	}, opts...)
	if err != nil {
		l.t.Errorf("Watch: %v", err)
	}
	return ports
}

func TestBadLinesAreLoggedAndSkipped(t *testing.T) {
	for name, bad := range badLines {
		t.Run(name, func(t *testing.T) {
			l, log := newLogs(t), new(recorder)
			l.append(l.stdout, portEvent(1)+bad+"\n\n"+portEvent(2)+portEvent(sentinel))
			ports := l.ports(time.Time{}, func(int) {}, WithLogger(log.logger()))
			if diff := cmp.Diff([]int{1, 2}, ports); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			entries := log.errors()
			if len(entries) != 1 {
				t.Fatalf("logged %v, want one entry", entries)
			}
			got := entries[0]
			if got.Err == "" {
				t.Errorf("logged %+v, want an error in it", got)
			}
			want := map[string]any{
				"path": l.stdout, "offset": int64(len(portEvent(1))),
				"generation": got.Values["generation"], "line": bad,
			}
			if diff := cmp.Diff(want, got.Values); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestLongBadLineIsLoggedInPart(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	l.append(l.stdout, strings.Repeat("x", 10*maxQuoted)+"\n"+portEvent(sentinel))
	l.ports(time.Time{}, func(int) {}, WithLogger(log.logger()))
	if got := log.errors()[0].Values["line"]; got != strings.Repeat("x", maxQuoted) {
		t.Errorf("logged %q", got)
	}
}

// TestTooLongLine: a line over the limit is not kept in memory, and does no
// harm to those beside it.
func TestTooLongLine(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+strings.Repeat("x", 2*defaultMaxLineSize+1)+"\n"+portEvent(2)+portEvent(sentinel))
	if diff := cmp.Diff([]int{1, 2}, l.ports(time.Time{}, func(int) {})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestBegin(t *testing.T) {
	begin := time.Date(2026, 1, 2, 3, 4, 5, 500, time.UTC)
	tests := map[string]struct {
		begin time.Time
		want  []int
	}{
		"zero":             {time.Time{}, []int{1, 2, 3}},
		"between":          {begin, []int{2, 3}},
		"another zone":     {begin.In(time.FixedZone("", 3600)), []int{2, 3}},
		"after everything": {begin.Add(time.Hour), nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stdout, timedEvent(begin.Add(-1), 1)+timedEvent(begin, 2)+timedEvent(begin.Add(1), 3)+
				timedEvent(begin.Add(2*time.Hour), sentinel))
			if diff := cmp.Diff(test.want, l.ports(test.begin, func(int) {})); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestCallbackEndsWatchAtOnce(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+portEvent(sentinel)+portEvent(2))
	if diff := cmp.Diff([]int{1}, l.ports(time.Time{}, func(int) {})); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestEndOfContext(t *testing.T) {
	tests := map[string]func(context.CancelCauseFunc, logs) func(Event) bool{
		"before the call": func(cancel context.CancelCauseFunc, _ logs) func(Event) bool {
			cancel(errEnough)
			return func(Event) bool { return false }
		},
		"in the callback": func(cancel context.CancelCauseFunc, l logs) func(Event) bool {
			l.append(l.stdout, portEvent(1))
			return func(Event) bool { cancel(errEnough); return false }
		},
		"while waiting": func(cancel context.CancelCauseFunc, l logs) func(Event) bool {
			l.append(l.stdout, portEvent(1))
			return func(Event) bool { go cancel(errEnough); return false }
		},
	}
	for name, prepare := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			defer cancel(nil)
			err := Watch(ctx, l.stdout, l.stderr, time.Time{}, prepare(cancel, l))
			if err != errEnough { //nolint:errorlint // the cause comes as it is
				t.Errorf("Watch returned %v, want the cause", err)
			}
		})
	}
}

func TestMissingFilesAppearLater(t *testing.T) {
	for name, opts := range backends() {
		t.Run(name, func(t *testing.T) {
			l, log := newLogs(t), new(recorder)
			l.append(l.stderr, "first\n")
			log.hook = func(e entry) {
				if e.Message == "first" {
					l.append(l.stdout, portEvent(1)) // stdout appears
				}
			}
			got := l.ports(time.Time{}, func(int) { l.append(l.stdout, portEvent(sentinel)) },
				append(opts, WithLogger(log.logger()))...)
			if diff := cmp.Diff([]int{1}, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
		t.Run(name+", stderr", func(t *testing.T) {
			l, log := newLogs(t), new(recorder)
			l.append(l.stdout, portEvent(1))
			log.hook = func(e entry) {
				if e.Message == "first" {
					l.append(l.stdout, portEvent(sentinel))
				}
			}
			l.ports(time.Time{}, func(int) { l.append(l.stderr, "first\n") }, append(opts, WithLogger(log.logger()))...)
			if diff := cmp.Diff([]string{"first"}, log.messages("hostagent")); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestRestarts: the ways in which a start makes room for its logs. Lima itself
// deletes them.
func TestRestarts(t *testing.T) {
	ways := map[string]func(logs){
		"deleted":   logs.restart,
		"renamed":   logs.rotate,
		"truncated": logs.truncate,
	}
	for way, restart := range ways {
		for backend, opts := range backends() {
			t.Run(way+", "+backend, func(t *testing.T) {
				l, log := newLogs(t), new(recorder)
				l.append(l.stdout, portEvent(1))
				l.append(l.stderr, "start 1\n")
				opts = append(opts, WithLogger(log.logger()))
				got := l.ports(time.Time{}, func(port int) {
					if port == 5 {
						l.append(l.stderr, "start 5\n")
						l.append(l.stdout, exitingEvent+portEvent(sentinel))
					} else if port != 0 {
						restart(l)
						l.append(l.stdout, portEvent(port+1))
					}
				}, opts...)
				if diff := cmp.Diff([]int{1, 2, 3, 4, 5, 0}, got); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
				if !slices.Contains(log.messages("hostagent"), "start 5") {
					t.Errorf("stderr: %q", log.messages("hostagent"))
				}
				if bad := log.errors(); len(bad) != 0 {
					t.Errorf("logged %v", bad)
				}
			})
		}
	}
}

func TestGapsAreLogged(t *testing.T) {
	tests := map[string]struct {
		gap  tail.Gap
		want entry
	}{
		"known": {
			tail.Gap{Kind: tail.GapTruncated, Generation: 1, Offset: 5, Bytes: 9},
			entry{"", 0, "", "lines are lost", nil},
		},
		"possible": {
			tail.Gap{Kind: tail.GapReplaced, Generation: 1, Offset: 5, Unknown: true},
			entry{"", 1, "", "lines may be lost", nil},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var log recorder
			w := newWatcher("out", "err", newOptions([]Option{WithLogger(log.logger())}))
			if err := w.take(tail.Item{File: &tail.File{Path: "err"}, Gap: &test.gap}, nil); err != nil {
				t.Fatal(err)
			}
			test.want.Values = map[string]any{"path": "err", "gap": test.gap.String()}
			if diff := cmp.Diff([]entry{test.want}, log.entries); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestHalfLine: an event written in two parts is one event.
func TestHalfLine(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	event := portEvent(2)
	l.append(l.stdout, portEvent(1)+event[:20])
	got := l.ports(time.Time{}, func(port int) {
		if port == 1 {
			l.append(l.stdout, event[20:]+portEvent(sentinel))
		}
	}, WithLogger(log.logger()))
	if diff := cmp.Diff([]int{1, 2}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if bad := log.errors(); len(bad) != 0 {
		t.Errorf("logged %v", bad)
	}
}

func TestFatalErrors(t *testing.T) {
	dir := folder(t)
	good := filepath.Join(dir, "good.log")
	if err := os.WriteFile(good, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	tests := map[string]struct {
		stdout, stderr string
		text           string // in the error, after what it begins with
		is             error
	}{
		"stdout is a directory": {dir, good, "stdout log: tail: " + dir, nil},
		"stderr is a directory": {good, dir, "stderr log: tail: " + dir, nil},
		"empty stdout":          {"", good, `stdout log: tail: ""`, nil},
		"empty stderr":          {good, "", `stderr log: tail: ""`, nil},
		"one file for both":     {good, good, "stderr log: tail: " + good, fs.ErrExist},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			err := Watch(ctx, test.stdout, test.stderr, time.Time{}, func(Event) bool { return false })
			if err == nil || ctx.Err() != nil {
				t.Fatalf("Watch returned %v", err)
			}
			if want := "hostagentevents: cannot follow the " + test.text; !strings.HasPrefix(err.Error(), want) {
				t.Errorf("got %q, want it to begin with %q", err, want)
			}
			if test.is != nil && !errors.Is(err, test.is) {
				t.Errorf("%q is not %v", err, test.is)
			}
		})
	}
}

// TestLogBecomesADirectory: it is waited for, which is said once, and aloud.
func TestLogBecomesADirectory(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a file that is held and was deleted goes on under its name")
	}
	l, log := newLogs(t), new(recorder)
	l.append(l.stdout, portEvent(1))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var said []entry
	log.hook = func(e entry) {
		if !strings.Contains(e.Message, "directory") || e.Verbosity != 0 {
			return
		}
		said = append(said, e)
		if err := os.Remove(l.stdout); err != nil {
			t.Error(err)
		}
		l.append(l.stdout, portEvent(sentinel))
	}
	err := Watch(ctx, l.stdout, l.stderr, time.Time{}, func(event Event) bool {
		if event.Status.SSHLocalPort == 1 {
			if err := errors.Join(os.Remove(l.stdout), os.Mkdir(l.stdout, 0o700)); err != nil {
				t.Error(err)
			}
		}
		return event.Status.SSHLocalPort == sentinel
	}, WithLogger(log.logger()), WithPolling(5*time.Millisecond))
	if err != nil || len(said) != 1 || !strings.Contains(said[0].Message, l.stdout) {
		t.Errorf("%v, %+v", err, said)
	}
}

// TestFailureOfALog: whichever log fails, the error says so and wraps the cause.
func TestFailureOfALog(t *testing.T) {
	w := newWatcher("out", "err", newOptions(nil))
	for path, log := range map[string]string{"out": stdoutLog, "err": stderrLog} {
		err := w.take(tail.Item{File: &tail.File{Path: path}}, fs.ErrPermission)
		if !errors.Is(err, fs.ErrPermission) || !strings.Contains(err.Error(), log) {
			t.Errorf("%s: %v", path, err)
		}
	}
}

func TestNoCallback(t *testing.T) {
	l := newLogs(t)
	if err := Watch(t.Context(), l.stdout, l.stderr, time.Time{}, nil); !errors.Is(err, errNoCallback) {
		t.Errorf("Watch returned %v", err)
	}
}

// backends are the two ways of hearing of news.
func backends() map[string][]Option {
	return map[string][]Option{
		"kernel events": nil,
		"polling":       {WithPolling(5 * time.Millisecond)},
	}
}

func TestOptions(t *testing.T) {
	plain := newOptions(nil).config
	if !plain.Follow || !plain.ReOpen || !plain.CompleteLines || plain.MustExist || plain.Poll {
		t.Errorf("the logs are followed with %+v", plain)
	}
	polling := newOptions([]Option{WithPolling(time.Minute)}).config
	if !polling.Poll || polling.PollInterval != time.Minute {
		t.Errorf("polling has %+v", polling)
	}
}
