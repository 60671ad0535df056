// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// readerPoints are the situations in which a Reader may have to end: the path,
// and after how many items.
var readerPoints = map[string]func(t *testing.T) (path string, items int){
	"before the file exists": func(t *testing.T) (string, int) { return filepath.Join(folder(t), "log"), 0 },
	"idle":                   func(t *testing.T) (string, int) { return logFile(t, "one\n"), 1 },
	"with lines left":        func(t *testing.T) (string, int) { return logFile(t, text(numbered(1, 1000))), 3 },
	"during rotations": func(t *testing.T) (string, int) {
		path := logFile(t, "one\n")
		rotateOn(t, path)
		return path, 3
	},
}

func TestReaderEndsAtEveryPoint(t *testing.T) {
	for point, reach := range readerPoints {
		t.Run(point, func(t *testing.T) {
			t.Run("Close", func(t *testing.T) {
				testReaderEnd(t, reach, tail.ErrClosed, func(r *tail.Reader, _ context.CancelCauseFunc) { r.Close() })
			})
			t.Run("context", func(t *testing.T) {
				testReaderEnd(t, reach, errWhy, func(_ *tail.Reader, cancel context.CancelCauseFunc) { cancel(errWhy) })
			})
		})
	}
}

func testReaderEnd(t *testing.T, reach func(*testing.T) (string, int), want error, end func(*tail.Reader, context.CancelCauseFunc)) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path, items := reach(t)
		r := newReader(t, path, following(cfg))
		ctx, cancel := context.WithCancelCause(t.Context())
		defer cancel(nil)
		var wg sync.WaitGroup
		defer wg.Wait()
		begin := sync.OnceFunc(func() { wg.Go(func() { end(r, cancel) }) })
		if items == 0 {
			begin()
		}
		err := returns(t, "the end of the loop", func() error {
			for _, err := range r.Lines(ctx) {
				if err != nil {
					return err
				}
				if items--; items == 0 {
					begin()
				}
			}
			return nil
		})
		if !errors.Is(err, want) {
			t.Errorf("the last pair has the error %v, want %v", err, want)
		}
	})
}

func TestReaderIsClosedInsideItsLoop(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, text(numbered(1, 10))), tail.Config{Follow: true})
	var got []string
	for item, err := range r.Lines(t.Context()) {
		r.Close()
		got = append(got, show(item, err))
	}
	if want := []string{"line 1", "end: tail: closed"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReaderLineOutlivesClose(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, "one\ntwo\n"), tail.Config{Follow: true})
	for item := range r.Lines(t.Context()) {
		r.Close()
		if item.Text() != "one" {
			t.Errorf("the line is %q after Close", item.Text())
		}
		break
	}
}

func TestClosedReaderStaysClosed(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, "one\n"), tail.Config{})
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if err := r.Close(); err != nil {
				t.Errorf("Close says %v", err)
			}
		})
	}
	wg.Wait()
	for range 2 {
		if got := read(t, r); !slices.Equal(got, []string{"end: tail: closed"}) {
			t.Errorf("ranging over it yields %q", got)
		}
	}
}

func TestReaderGoesOnWhereTheLoopWasLeft(t *testing.T) {
	leavesNothing(t)
	want := numbered(1, 1000)
	r := newReader(t, logFile(t, text(want)), tail.Config{})
	var got []string
	for len(got) < len(want) {
		for item, err := range r.Lines(t.Context()) {
			got = append(got, show(item, err))
			break
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %d lines that differ from those written", len(got))
	}
}

func TestReaderGoesOnAfterItsContext(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, "one\ntwo\nthree\n"), tail.Config{})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	var got []string
	for item, err := range r.Lines(ctx) {
		got = append(got, show(item, err))
		cancel()
	}
	got = append(got, read(t, r)...)
	if want := []string{"one", "end: canceled", "two", "three"}; !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReaderIsForOneIteration(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, "one\ntwo\n"), tail.Config{})
	for item := range r.Lines(t.Context()) {
		if item.Text() != "one" {
			continue
		}
		if got := read(t, r); !slices.Equal(got, []string{"end: " + tail.ErrInUse.Error()}) {
			t.Errorf("a second iteration yields %q", got)
		}
	}
	if got := read(t, r); got != nil {
		t.Errorf("after the end comes %q", got)
	}
}

func TestReaderBufferedTellsOfTheRest(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, "one\ntwo\n"), tail.Config{})
	if n := r.Buffered(); n != 0 {
		t.Errorf("%d bytes at the start, want 0", n)
	}
	var got []int
	for range r.Lines(t.Context()) {
		got = append(got, r.Buffered())
	}
	if want := []int{len("two\n"), 0}; !slices.Equal(got, want) {
		t.Errorf("behind the lines are %d bytes, want %d", got, want)
	}
}

func TestNothingIsOpenWhenCloseReturns(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "one\n")
		before := descriptors(t)
		r := newReader(t, path, following(cfg))
		for range r.Lines(t.Context()) {
			break
		}
		r.Close()
		wantClosed(t, before)
		if err := removeAll(filepath.Dir(path)); err != nil {
			t.Error(err)
		}
	})
}
