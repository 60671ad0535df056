// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestStopAtEOFDeliversAllThatIsThere(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		want := numbered(1, 100_000)
		path := logFile(t, text(want))
		tl := open(t, path, following(cfg))
		wantLines(t, tl, "line 1")
		var err error
		var wg sync.WaitGroup
		wg.Go(func() { err = tl.StopAtEOF() })
		got := texts(t, tl)
		wg.Wait()
		if !slices.Equal(got, want[1:]) {
			t.Errorf("%d lines came, want the %d that were left", len(got), len(want)-1)
		}
		if !errors.Is(err, tail.ErrStopAtEOF) || !errors.Is(tl.Err(), tail.ErrStopAtEOF) {
			t.Errorf("StopAtEOF says %v and Err %v", err, tl.Err())
		}
		if err.Error() != "tail: stop at eof" {
			t.Errorf("the text is %q", err)
		}
	})
}

func TestStopAtEOFDeliversTheLastPiece(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		tl := stopAtEOF(t, logFile(t, "one\ntwo"), following(cfg))
		if got := texts(t, tl); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestStopAtEOFDeliversWhatWasRotatedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		tl := open(t, path, following(polled(t)))
		wantLines(t, tl, "one")
		synctest.Wait()
		appendTo(t, path, "two\nthr")
		rename(t, path, path+".1")
		write(t, path, "four\n")
		go tl.StopAtEOF()
		got := texts(t, tl)
		slices.Sort(got)
		if want := []string{"four", "thr", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q in their order", got, want)
		}
	})
}

// The end is where the file ended when StopAtEOF was called.
func TestStopAtEOFEndsBesideAWriterThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\ntwo\n")
		tl := open(t, path, following(polled(t)))
		wantLines(t, tl, "one")
		go tl.StopAtEOF()
		synctest.Wait()
		appendTo(t, path, "three\n")
		rename(t, path, path+".1")
		write(t, path, "four\n")
		if got := texts(t, tl); !slices.Equal(got, []string{"two"}) {
			t.Errorf("got %q, want only what was there", got)
		}
	})
}

func TestStopAtEOFAtAnyPoint(t *testing.T) {
	for name, path := range map[string]func(t *testing.T) string{
		"before the file exists":      func(t *testing.T) string { return filepath.Join(folder(t), "log") },
		"idle at the end of the file": func(t *testing.T) string { return logFile(t, "") },
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				tl := open(t, path(t), following(cfg))
				for range 2 {
					if err := returns(t, "StopAtEOF", tl.StopAtEOF); !errors.Is(err, tail.ErrStopAtEOF) {
						t.Errorf("StopAtEOF says %v", err)
					}
				}
				wantEnd(t, tl)
			})
		})
	}
}

func TestStopAtEOFAfterStop(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, "one\ntwo\n"), tail.Config{Follow: true})
	tl.Kill(errWhy)
	if err := returns(t, "StopAtEOF", tl.StopAtEOF); !errors.Is(err, errWhy) {
		t.Errorf("StopAtEOF says %v, want %v", err, errWhy)
	}
	wantHeld(t, tl)
}

func TestStopAtEOFFromManyGoroutines(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		want := numbered(1, 1000)
		tl := open(t, logFile(t, text(want)), following(cfg))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := tl.StopAtEOF(); !errors.Is(err, tail.ErrStopAtEOF) {
					t.Errorf("StopAtEOF says %v", err)
				}
			})
		}
		if got := texts(t, tl); !slices.Equal(got, want) {
			t.Errorf("%d lines came, want %d", len(got), len(want))
		}
		wg.Wait()
	})
}
