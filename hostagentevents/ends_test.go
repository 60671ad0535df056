// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const fatalLine = `{"level":"fatal","msg":"signal: killed"}` + "\n"

// follow hands each port to onPort and returns how the watch ends.
func (l logs) follow(onPort func(port int), opts ...Option) (events int, err error) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	for event, err := range Events(ctx, l.stdout, l.stderr, opts...) {
		if err != nil {
			if diff := cmp.Diff(Event{}, event); diff != "" {
				l.t.Errorf("an event beside %v", err)
			}
			return events, err
		}
		events++
		onPort(event.Status.SSHLocalPort)
	}
	return events, errors.New("the iteration ended without an error")
}

func TestUntilExited(t *testing.T) {
	tests := map[string]struct {
		stderr string
		want   string
	}{
		"no reason": {"", ErrExited.Error()},
		"a reason":  {fatalLine, ErrExited.Error() + ": signal: killed"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stderr, test.stderr)
			l.append(l.stdout, portEvent(1)+exitingEvent+portEvent(2))
			events, err := l.follow(func(int) {}, UntilExited())
			if events != 2 || !errors.Is(err, ErrExited) || err.Error() != test.want {
				t.Errorf("%d events, then %v", events, err)
			}
		})
	}
}

func TestUntilReplaced(t *testing.T) {
	ways := map[string]func(logs){"deleted": logs.restart, "renamed": logs.rotate, "truncated": logs.truncate}
	for way, restart := range ways {
		for backend, opts := range backends() {
			t.Run(way+", "+backend, func(t *testing.T) {
				needNewFile(t, way)
				l := newLogs(t)
				l.append(l.stdout, portEvent(1))
				l.append(l.stderr, "booting\n")
				events, err := l.follow(func(port int) {
					if port == 1 {
						l.append(l.stdout, portEvent(2))
					} else {
						restart(l)
						l.append(l.stdout, portEvent(3)+portEvent(4))
					}
				}, append(opts, UntilReplaced())...)
				if events != 2 || !errors.Is(err, ErrReplaced) || !strings.HasSuffix(err.Error(), l.stdout) {
					t.Errorf("%d events, then %v", events, err)
				}
			})
		}
	}
}

// TestUntilReplacedReadsTheOldFile: what was written to it before it was
// replaced comes first, with what stderr holds.
func TestUntilReplacedReadsTheOldFile(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	l.append(l.stdout, portEvent(1))
	events, err := l.follow(func(port int) {
		if port == 1 {
			l.append(l.stdout, portEvent(2))
			l.append(l.stderr, "last words\n")
			l.rotate()
			l.append(l.stdout, portEvent(3))
		}
	}, UntilReplaced(), WithLogger(log.logger()))
	if events != 2 || !errors.Is(err, ErrReplaced) {
		t.Errorf("%d events, then %v", events, err)
	}
	if diff := cmp.Diff([]string{"last words"}, log.messages("hostagent")); diff != "" {
		t.Errorf("stderr: -want +got\n%s", diff)
	}
}

// TestStderrBeforeAnEnd: an end that was found in the wait for a reason comes
// behind what stderr holds then.
func TestStderrBeforeAnEnd(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	w := newOpenWatcher(t, l, UntilReplaced(), WithLogger(log.logger()))
	w.ended = ErrReplaced
	l.append(l.stderr, "behind the reason\n")
	if _, err := w.next(t.Context()); !errors.Is(err, ErrReplaced) {
		t.Errorf("got %v", err)
	}
	if diff := cmp.Diff([]string{"behind the reason"}, log.messages("hostagent")); diff != "" {
		t.Errorf("stderr: -want +got\n%s", diff)
	}
}

func TestUntilGone(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a folder whose files are open cannot be removed")
	}
	l := newLogs(t)
	dir := filepath.Dir(l.stdout)
	l.append(l.stdout, portEvent(1))
	events, err := l.follow(func(port int) {
		if port == 1 {
			l.append(l.stdout, portEvent(2))
			if err := os.RemoveAll(dir); err != nil {
				t.Error(err)
			}
		}
	}, UntilGone(), WithPolling(5*time.Millisecond))
	if events != 2 || !errors.Is(err, ErrGone) || !strings.HasSuffix(err.Error(), l.stdout) {
		t.Errorf("%d events, then %v", events, err)
	}
}

func TestUntilGoneFromTheStart(t *testing.T) {
	l := newLogs(t)
	l.stdout = filepath.Join(filepath.Dir(l.stdout), "no-such-folder", "ha.stdout.log")
	if events, err := l.follow(func(int) {}, UntilGone()); events != 0 || !errors.Is(err, ErrGone) {
		t.Errorf("%d events, then %v", events, err)
	}
}

// TestUntilGoneWithAFileInPlace: a file has taken the place of the folder, or of
// the one that it is in.
func TestUntilGoneWithAFileInPlace(t *testing.T) {
	for name, below := range map[string]string{"of the folder": "", "of the one above": "instance"} {
		t.Run(name, func(t *testing.T) {
			file := filepath.Join(folder(t), "file")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			w := newWatcher(filepath.Join(file, below, "ha.stdout.log"), "", newOptions(nil))
			if w.lookForFolder(); !errors.Is(w.ended, ErrGone) {
				t.Errorf("got %v", w.ended)
			}
		})
	}
}

// TestGoneWithRelativePaths: they are those of the working directory at the start,
// whether that is changed or deleted.
func TestGoneWithRelativePaths(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a folder whose files are open cannot be removed")
	}
	l := newLogs(t)
	dir := filepath.Dir(l.stdout)
	t.Chdir(filepath.Dir(dir))
	w := newWatcher(filepath.Join(filepath.Base(dir), "ha.stdout.log"), "", newOptions(nil))
	t.Chdir(dir)
	inside := newWatcher("ha.stdout.log", "", newOptions(nil))
	if w.lookForFolder(); w.ended != nil {
		t.Errorf("another working directory: %v", w.ended)
	}
	if err := os.RemoveAll(dir); err != nil {
		t.Fatal(err)
	}
	if inside.lookForFolder(); !errors.Is(inside.ended, ErrGone) {
		t.Errorf("deleted: %v", inside.ended)
	}
}

// TestNotGone: a folder that is there is looked for in vain, and nothing of the
// log is lost meanwhile.
func TestNotGone(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1))
	w := newOpenWatcher(t, l, UntilGone(), WithPolling(time.Millisecond))
	for look := range 3 {
		if err := w.read(t.Context()); err != nil || w.ended != nil {
			t.Fatalf("look %d: %v, %v", look, err, w.ended)
		}
		w.queue = nil
	}
	l.append(l.stdout, portEvent(2))
	event, err := w.next(t.Context())
	if err != nil || event.Status.SSHLocalPort != 2 {
		t.Errorf("%+v, %v", event, err)
	}
}

func TestLookEvery(t *testing.T) {
	if got := newOptions(nil).lookEvery(); got != lookInterval {
		t.Error(got)
	}
	if got := newOptions([]Option{WithPolling(0)}).lookEvery(); got != lookInterval {
		t.Error(got)
	}
	if got := newOptions([]Option{WithPolling(time.Hour)}).lookEvery(); got != time.Hour {
		t.Error(got)
	}
}

// TestLogError: which log failed, by errors.As, and why, by errors.Is.
func TestLogError(t *testing.T) {
	l := newLogs(t)
	_, err := l.follow(func(int) {}, func(o *options) { o.config.MustExist = true })
	var failed *LogError
	if !errors.As(err, &failed) || failed.Log != "stdout" || failed.Path != l.stdout || !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("got %v", err)
	}
}

// TestEventsAgain: ranging again begins again.
func TestEventsAgain(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+portEvent(2))
	events := Events(t.Context(), l.stdout, l.stderr)
	for range 2 {
		for event, err := range events {
			if err != nil || event.Status.SSHLocalPort != 1 {
				t.Errorf("%+v, %v", event, err)
			}
			break
		}
	}
}

func TestExitReasonOfAnEvent(t *testing.T) {
	tests := map[string]func(logs){
		"there":            func(l logs) { l.append(l.stderr, "x\n"+fatalLine); l.append(l.stdout, exitingEvent) },
		"of the next file": func(l logs) { l.restart(); l.append(l.stderr, fatalLine); l.append(l.stdout, exitingEvent) },
		"only stderr is replaced": func(l logs) { // stdout was truncated while it was empty
			l.append(l.stderr, `{"level":"fatal","msg":"older"}`+"\n")
			if err := os.Rename(l.stderr, l.stderr+".1"); err != nil {
				l.t.Error(err)
			}
			l.append(l.stderr, fatalLine)
			l.append(l.stdout, exitingEvent)
		},
	}
	for name, end := range tests {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stdout, portEvent(1))
			l.append(l.stderr, `{"level":"error","msg":"old"}`+"\n")
			_, err := l.follow(func(port int) {
				if port == 1 {
					end(l)
				}
			}, UntilExited())
			if want := ErrExited.Error() + ": signal: killed"; err.Error() != want {
				t.Errorf("%q, want %q", err, want)
			}
		})
	}
}

// TestReasonOfAnOldRun: the exiting event of a run is read after the next one
// has begun to write.
func TestReasonOfAnOldRun(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1))
	l.append(l.stderr, "booting\n")
	_, err := l.follow(func(port int) {
		if port == 1 {
			l.append(l.stderr, fatalLine)
			l.append(l.stdout, exitingEvent)
			l.rotate()
			l.append(l.stdout, portEvent(2))
			l.append(l.stderr, `{"level":"fatal","msg":"the next one's"}`+"\n")
		}
	}, UntilExited())
	if want := ErrExited.Error() + ": signal: killed"; err.Error() != want {
		t.Errorf("%q, want %q", err, want)
	}
}

// TestReasonOlderThanBegin is that of a run before.
func TestReasonOlderThanBegin(t *testing.T) {
	l := newLogs(t)
	l.append(l.stderr, `{"level":"fatal","msg":"old","time":"2025-01-01T00:00:00Z"}`+"\n")
	l.append(l.stdout, exitingEvent)
	begin := time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := l.follow(func(int) {}, UntilExited(), WithBegin(begin)); err != ErrExited { //nolint:errorlint // without a reason
		t.Errorf("got %v", err)
	}
}

// TestReasonWait: the reason comes after the event, as Lima writes it.
func TestReasonWait(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	w := newOpenWatcher(t, l, WithReasonWait(patience), WithLogger(log.logger()))
	l.append(l.stderr, "booting\n")
	l.append(l.stdout, exitingEvent+portEvent(2))
	log.hook = func(e entry) {
		if e.Message == "booting" { // what stderr holds is being read
			log.hook = nil
			l.append(l.stderr, "more\n")
			log.hook = func(e entry) {
				if e.Message == "more" {
					l.append(l.stderr, fatalLine)
				}
			}
		}
	}
	event, err := w.next(t.Context())
	if err != nil || event.ExitReason != "signal: killed" {
		t.Errorf("reason %q, %v", event.ExitReason, err)
	}
	if event, err := w.next(t.Context()); err != nil || event.Status.SSHLocalPort != 2 {
		t.Errorf("behind it came %+v, %v", event, err)
	}
}

func TestReasonWaitEnds(t *testing.T) {
	l := newLogs(t)
	w := newOpenWatcher(t, l, WithReasonWait(time.Millisecond))
	l.append(l.stdout, exitingEvent)
	if event, err := w.next(t.Context()); err != nil || event.ExitReason != "" {
		t.Errorf("reason %q, %v", event.ExitReason, err)
	}
}

// TestNoWaitForAnOldReason: what was there before the watch has its reason, or
// none.
func TestNoWaitForAnOldReason(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, exitingEvent)
	w := newOpenWatcher(t, l, WithReasonWait(2*patience))
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if event, err := w.next(ctx); err != nil || !event.Replayed {
		t.Errorf("%+v, %v", event, err)
	}
}

func TestReasonWaitEndsWithContext(t *testing.T) {
	l := newLogs(t)
	w := newOpenWatcher(t, l, WithReasonWait(patience))
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(errEnough)
	if err := w.awaitReason(ctx, &found{generation: 1}); !errors.Is(err, errEnough) {
		t.Errorf("got %v", err)
	}
}

func graveLine(level, message, second string) string {
	return `{"level":"` + level + `","msg":"` + message + `","time":"2026-01-02T03:04:` + second + `Z"}` + "\n"
}

// TestReasonOfAnExit: of what stderr holds, which line is the reason of an exit
// at 05.
func TestReasonOfAnExit(t *testing.T) {
	for name, test := range map[string]struct{ stderr, want string }{
		"an old error":            {graveLine("error", "old", "03"), ""},
		"an old fatal line":       {graveLine("fatal", "old", "03"), ""},
		"an error of the second":  {graveLine("error", "old", "03") + graveLine("error", "now", "05"), "now"},
		"fatal before an error":   {graveLine("fatal", "f", "05") + graveLine("error", "e", "05"), "f"},
		"fatal behind an error":   {graveLine("error", "e", "05") + graveLine("fatal", "f", "05"), "f"},
		"an error without a time": {`{"level":"error","msg":"e"}` + "\n", "e"},
	} {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stdout, exitingEvent)
			l.append(l.stderr, test.stderr)
			event, err := newOpenWatcher(t, l).next(t.Context())
			if err != nil || event.ExitReason != test.want {
				t.Errorf("reason %q, %v, want %q", event.ExitReason, err, test.want)
			}
		})
	}
}

// TestReasonsOfRunsInOneFile are kept apart by their times.
func TestReasonsOfRunsInOneFile(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+exitingEvent+portEvent(2)+strings.Replace(exitingEvent, ":05Z", ":07Z", 1)+
		strings.Replace(portEvent(3), ":05Z", ":08Z", 1)+strings.Replace(exitingEvent, ":05Z", ":09Z", 1))
	l.append(l.stderr, graveLine("fatal", "first", "05")+graveLine("fatal", "third", "09"))
	w := newOpenWatcher(t, l)
	var got []string
	for range 6 {
		event, err := w.next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if event.Status.Exiting {
			got = append(got, event.ExitReason)
		}
	}
	if diff := cmp.Diff([]string{"first", "", "third"}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestReasonWaitPassesAnOldError: it is no reason to stop waiting.
func TestReasonWaitPassesAnOldError(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	w := newOpenWatcher(t, l, WithReasonWait(patience), WithLogger(log.logger()))
	l.append(l.stderr, graveLine("error", "old", "03"))
	l.append(l.stdout, exitingEvent)
	log.hook = func(e entry) {
		if e.Message == "old" {
			l.append(l.stderr, graveLine("fatal", "killed", "05"))
		}
	}
	if event, err := w.next(t.Context()); err != nil || event.ExitReason != "killed" {
		t.Errorf("reason %q, %v", event.ExitReason, err)
	}
}
