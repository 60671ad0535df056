// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

var errWhy = errors.New("the reason")

// reach brings about a situation in which a tail may have to end.
type reach func(t *testing.T, cfg tail.Config) *tail.Tail

var points = map[string]reach{
	"right after Open": func(t *testing.T, cfg tail.Config) *tail.Tail {
		return open(t, logFile(t, "one\ntwo\n"), cfg)
	},
	"before the file exists": func(t *testing.T, cfg tail.Config) *tail.Tail {
		return open(t, filepath.Join(folder(t), "log"), cfg)
	},
	"before its folder exists": func(t *testing.T, cfg tail.Config) *tail.Tail {
		return open(t, filepath.Join(folder(t), "a", "b", "log"), cfg)
	},
	"idle at the end of the file": func(t *testing.T, cfg tail.Config) *tail.Tail {
		tl := open(t, logFile(t, "one\n"), cfg)
		wantLines(t, tl, "one")
		return tl
	},
	"sending a line that nobody takes": func(t *testing.T, cfg tail.Config) *tail.Tail {
		tl := open(t, logFile(t, "one\ntwo\nthree\n"), cfg)
		wantLines(t, tl, "one")
		return tl
	},
	"during rotations": func(t *testing.T, cfg tail.Config) *tail.Tail {
		path := logFile(t, "one\n")
		tl := open(t, path, cfg)
		rotateOn(t, path)
		wantLines(t, tl, "one", "one", "one")
		return tl
	},
	"while the file is away": func(t *testing.T, cfg tail.Config) *tail.Tail {
		path := logFile(t, "one\n")
		tl := open(t, path, cfg)
		wantLines(t, tl, "one")
		remove(t, path)
		return tl
	},
	"held back by the rate limiter": func(t *testing.T, cfg tail.Config) *tail.Tail {
		full := make(refusing, 1)
		cfg.RateLimiter = full
		tl := open(t, logFile(t, "one\n"), cfg)
		receive(t, "the limiter's turn", full)
		return tl
	},
	"after it has ended by itself": func(t *testing.T, cfg tail.Config) *tail.Tail {
		cfg.Follow, cfg.ReOpen = false, false
		tl := open(t, logFile(t, "one\n"), cfg)
		texts(t, tl)
		return tl
	},
}

// lastPoints lie within StopAtEOF.
var lastPoints = map[string]reach{
	"nobody takes the lines": func(t *testing.T, cfg tail.Config) *tail.Tail {
		tl := stopAtEOF(t, logFile(t, "one\ntwo\nthree\n"), cfg)
		wantLines(t, tl, "one")
		return tl
	},
	"the rate limiter is full": func(t *testing.T, cfg tail.Config) *tail.Tail {
		full := make(refusing, 1)
		cfg.RateLimiter = full
		tl := stopAtEOF(t, logFile(t, "one\n"), cfg)
		receive(t, "the limiter's turn", full)
		return tl
	},
}

// refusing is a rate limiter that lets nothing pass and tells when it was
// asked.
type refusing chan struct{}

func (r refusing) Pour(uint16) bool {
	select {
	case r <- struct{}{}:
	default:
	}
	return false
}

// stopAtEOF opens a Tail for which StopAtEOF is under way.
func stopAtEOF(t *testing.T, path string, cfg tail.Config) *tail.Tail {
	t.Helper()
	var wg sync.WaitGroup
	t.Cleanup(wg.Wait) // comes after the Stop of open
	tl := open(t, path, cfg)
	wg.Go(func() { _ = tl.StopAtEOF() })
	receive(t, "StopAtEOF to begin", tl.Dying())
	return tl
}

// rotateOn rotates path without pause until the test ends. No name is used
// twice: on Windows nothing can be renamed onto a file that somebody holds.
func rotateOn(t *testing.T, path string) {
	t.Helper()
	n := 0
	repeat(t, func() {
		n++
		if err := os.Rename(path, fmt.Sprintf("%s.%d", path, n)); err != nil {
			t.Error(err)
		}
		if err := os.Remove(fmt.Sprintf("%s.%d", path, n-1)); err != nil && n > 1 {
			t.Error(err)
		}
		if err := os.WriteFile(path, []byte("one\n"), 0o600); err != nil {
			t.Error(err)
		}
	})
}

// ways to end a Tail, with the reason that Wait gives then.
var ways = map[string]struct {
	end  func(*tail.Tail) error
	want string
}{
	"Stop":  {(*tail.Tail).Stop, "<nil>"},
	"Kill":  {func(tl *tail.Tail) error { tl.Kill(errWhy); return tl.Wait() }, "the reason"},
	"Killf": {func(tl *tail.Tail) error { _ = tl.Killf("the %s", "reason"); return tl.Wait() }, "the reason"},
}

// tombWays do not end a Tail within StopAtEOF: the Tomb tells of one death only.
var tombWays = map[string]func(*tail.Tail) error{
	"Tomb.Kill":  func(tl *tail.Tail) error { tl.Tomb.Kill(errWhy); return tl.Wait() },
	"Tomb.Killf": func(tl *tail.Tail) error { _ = tl.Tomb.Killf("the reason"); return tl.Wait() },
}

func TestEndsAtEveryPoint(t *testing.T) {
	for point, reach := range points {
		t.Run(point, func(t *testing.T) {
			for name, way := range ways {
				t.Run(name, func(t *testing.T) { testEnd(t, reach, way.end, way.want) })
			}
			for name, end := range tombWays {
				t.Run(name, func(t *testing.T) { testEnd(t, reach, end, "the reason") })
			}
		})
	}
}

func TestEndsWithinStopAtEOF(t *testing.T) {
	for point, reach := range lastPoints {
		t.Run(point, func(t *testing.T) {
			for name, way := range ways {
				t.Run(name, func(t *testing.T) { testEnd(t, reach, way.end, "tail: stop at eof") })
			}
		})
	}
}

func testEnd(t *testing.T, reach reach, end func(*tail.Tail) error, want string) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		tl := reach(t, following(cfg))
		err := returns(t, "the end", func() error { return end(tl) })
		if got := reason(err); got != want {
			t.Errorf("the reason is %q, want %q", got, want)
		}
		wantHeld(t, tl)
	})
}

func reason(err error) string {
	if err == nil {
		return "<nil>"
	}
	return err.Error()
}

func TestFirstReasonCounts(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, ""), tail.Config{Follow: true})
	tl.Kill(errWhy)
	tl.Kill(errors.New("another"))
	if err := tl.Stop(); !errors.Is(err, errWhy) {
		t.Errorf("Stop says %v, want %v", err, errWhy)
	}
	if err := tl.Err(); !errors.Is(err, errWhy) {
		t.Errorf("Err says %v, want %v", err, errWhy)
	}
}

func TestKillfReturnsItsError(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, ""), tail.Config{Follow: true})
	killed := tl.Killf("for %w", errWhy)
	if err := tl.Wait(); !errors.Is(killed, errWhy) || !errors.Is(err, killed) {
		t.Errorf("Killf returns %v and Wait %v, want %v in both", killed, err, errWhy)
	}
}

func TestStopFromManyGoroutines(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		tl := open(t, logFile(t, text(numbered(1, 1000))), following(cfg))
		wantLines(t, tl, "line 1")
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := tl.Stop(); err != nil {
					t.Errorf("Stop says %v", err)
				}
			})
		}
		returns(t, "all of them", func() bool { wg.Wait(); return true })
		wantHeld(t, tl)
	})
}

func TestStopInsideTheLoop(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, text(numbered(1, 1000))), tail.Config{Follow: true})
	n := 0
	for range tl.Lines {
		n++
		if err := returns(t, "Stop", tl.Stop); err != nil {
			t.Errorf("Stop says %v", err)
		}
	}
	if most := 1 + cap(tl.Lines); n > most {
		t.Errorf("%d lines came, want the one and those that were waiting, %d at most", n, most)
	}
}

func TestNothingIsOpenWhenStopReturns(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "one\n")
		before := descriptors(t)
		tl := open(t, path, following(cfg))
		wantLines(t, tl, "one")
		if err := tl.Stop(); err != nil {
			t.Error(err)
		}
		wantClosed(t, before)
		if err := removeAll(filepath.Dir(path)); err != nil {
			t.Error(err)
		}
	})
}

func TestErrIsKnownWhenLinesIsClosed(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, "one\ntwo\n"), tail.Config{Follow: true})
	wantLines(t, tl, "one")
	tl.Kill(errWhy)
	texts(t, tl)
	if err := tl.Err(); !errors.Is(err, errWhy) {
		t.Errorf("Err says %v, want %v", err, errWhy)
	}
}
