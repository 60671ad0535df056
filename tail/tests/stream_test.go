// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// writes passes on what each Write is given.
type writes chan string

func (w writes) Write(b []byte) (int, error) {
	w <- string(b)
	return len(b), nil
}

// stream runs Stream in the background. The function it returns ends that and
// says what Stream returned.
func stream(t *testing.T, path string) (w writes, end func() error) {
	t.Helper()
	w = make(writes, 1000)
	ctx, cancel := context.WithCancelCause(context.Background())
	result := make(chan error, 1)
	go func() { result <- tail.Stream(ctx, w, path, true) }()
	over := false
	end = func() error {
		if over = true; ctx.Err() == nil {
			cancel(errWhy)
		}
		return receive(t, "Stream to return", result)
	}
	t.Cleanup(func() {
		if !over {
			_ = end()
		}
	})
	return w, end
}

// wantText fails the test unless w is given this text next, in whole lines.
func (w writes) wantText(t *testing.T, want string) {
	t.Helper()
	for want != "" {
		got := receive(t, "a Write", w)
		if !strings.HasPrefix(want, got) || !strings.HasSuffix(got, "\n") {
			t.Fatalf("a Write of %.99q, want the whole lines of %.99q", got, want)
		}
		want = want[len(got):]
	}
}

func TestStreamToTheEnd(t *testing.T) {
	for name, content := range map[string]string{
		"nothing":            "",
		"lines":              "one\n\ntwo\r\n\x00\xff\n",
		"a piece":            "one\ntwo",
		"a piece only":       "two",
		"many lines":         text(numbered(1, 100_000)),
		"a line of 1 MiB":    "a\n" + strings.Repeat("x", 1<<20) + "\nb\n",
		"a piece of 300 KiB": "a\n" + strings.Repeat("x", 300<<10),
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			var out bytes.Buffer
			if err := tail.Stream(t.Context(), &out, logFile(t, content), false); err != nil {
				t.Error(err)
			}
			if out.String() != content {
				t.Errorf("wrote %d bytes that are not the %d of the file", out.Len(), len(content))
			}
		})
	}
}

// wholeWrites fails a test when a Write does not end with a line.
type wholeWrites struct {
	t *testing.T
	n int
}

func (w *wholeWrites) Write(b []byte) (int, error) {
	if w.n++; len(b) == 0 || b[len(b)-1] != '\n' {
		w.t.Errorf("Write %d ends in the middle of a line", w.n)
	}
	return len(b), nil
}

func TestStreamWritesWholeLines(t *testing.T) {
	leavesNothing(t)
	w := &wholeWrites{t: t}
	if err := tail.Stream(t.Context(), w, logFile(t, text(numbered(1, 100_000))), false); err != nil {
		t.Error(err)
	}
	if w.n < 2 {
		t.Errorf("%d Writes, want several, for not all of it is to be in memory", w.n)
	}
}

// tellsGaps is a writer that takes gaps too.
type tellsGaps struct{ writes }

func (w tellsGaps) WriteGap(gap *tail.Gap) error {
	w.writes <- fmt.Sprintf("gap: %s\n", gap.Kind)
	if gap.Generation > 1 {
		return errWhy
	}
	return nil
}

// A writer that can be told of gaps is, at their places, and may end it there.
func TestStreamTellsOfGaps(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	w := make(writes, 1000)
	result := make(chan error, 1)
	go func() { result <- tail.Stream(context.Background(), tellsGaps{w}, path, true) }()
	w.wantText(t, "one\n")
	write(t, path, "two\n")
	w.wantText(t, "gap: truncated\ntwo\n")
	write(t, path, "three\n")
	w.wantText(t, "gap: truncated\n")
	if err := receive(t, "Stream to return", result); !errors.Is(err, errWhy) {
		t.Errorf("Stream returns %v, want the error of WriteGap", err)
	}
}

func TestStreamFollows(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	w, end := stream(t, path)
	w.wantText(t, "one\n")
	appendTo(t, path, "two\nthr")
	w.wantText(t, "two\n")
	appendTo(t, path, "ee\n")
	w.wantText(t, "three\n")
	if err := end(); !errors.Is(err, errWhy) {
		t.Errorf("Stream returns %v, want the cause of its context", err)
	}
}

// A Stream holds a piece back for longer than a Reader that would have pieces.
func TestStreamHoldsThePieceBack(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\npie")
	w, _ := stream(t, path)
	w.wantText(t, "one\n")
	follow(t, path, tail.Config{Follow: true}).want("one", "pie…")
	appendTo(t, path, "ce\n")
	w.wantText(t, "piece\n")
}

func TestStreamFollowsThroughRotation(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	w, _ := stream(t, path)
	w.wantText(t, "one\n")
	appendTo(t, path, "two\n")
	rename(t, path, path+".1")
	write(t, path, "three\n")
	w.wantText(t, "two\nthree\n")
	write(t, path, "four\n") // a gap is no text
	w.wantText(t, "four\n")
	remove(t, path)
	write(t, path, "five\n")
	w.wantText(t, "five\n")
}

func TestStreamAwaitsTheFile(t *testing.T) {
	leavesNothing(t)
	dir := filepath.Join(folder(t), "a")
	w, _ := stream(t, filepath.Join(dir, "log"))
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(dir, "log"), "one\n")
	w.wantText(t, "one\n")
}

func TestStreamWithoutTheFile(t *testing.T) {
	leavesNothing(t)
	path := filepath.Join(folder(t), "log")
	err := tail.Stream(t.Context(), t.Output(), path, false)
	if !errors.Is(err, fs.ErrNotExist) || !strings.Contains(err.Error(), path) {
		t.Errorf("Stream returns %v", err)
	}
}

// failing is a writer that takes so many writes.
type failing int

var errFull = errors.New("the writer is full")

func (f *failing) Write(b []byte) (int, error) {
	if *f--; *f < 0 {
		return 0, errFull
	}
	return len(b), nil
}

func TestStreamReturnsTheErrorOfTheWriter(t *testing.T) {
	for name, row := range map[string]struct {
		writes failing
		follow bool
	}{"at once": {0, false}, "at once, following": {0, true}, "later": {1, false}, "later, following": {1, true}} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			path := logFile(t, text(numbered(1, 20_000)))
			before := descriptors(t)
			err := returns(t, "Stream", func() error {
				return tail.Stream(t.Context(), &row.writes, path, row.follow)
			})
			if !errors.Is(err, errFull) || !strings.Contains(err.Error(), path) || strings.Count(err.Error(), "tail: ") != 1 {
				t.Errorf("Stream returns %v", err)
			}
			wantClosed(t, before)
		})
	}
}

func TestStreamReturnsTheCauseOfItsContext(t *testing.T) {
	for name, row := range map[string]struct {
		prepare func(t *testing.T) string
		lines   int
	}{
		"cancelled before":       {func(t *testing.T) string { return logFile(t, "one\n") }, 0},
		"before the file exists": {func(t *testing.T) string { return filepath.Join(folder(t), "log") }, 0},
		"idle":                   {func(t *testing.T) string { return logFile(t, "one\n") }, 1},
		"inside Write":           {func(t *testing.T) string { return logFile(t, text(numbered(1, 100_000))) }, 1},
		"during rotations":       {func(t *testing.T) string { path := logFile(t, "one\n"); rotateOn(t, path); return path }, 3},
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			path := row.prepare(t)
			ctx, cancel := context.WithCancelCause(t.Context())
			w := writerFunc(func(b []byte) {
				if row.lines -= bytes.Count(b, []byte("\n")); row.lines <= 0 {
					cancel(errWhy)
				}
			})
			if row.lines == 0 {
				cancel(errWhy)
			}
			err := returns(t, "Stream", func() error { return tail.Stream(ctx, w, path, true) })
			if !errors.Is(err, errWhy) {
				t.Errorf("Stream returns %v, want the cause of its context", err)
			}
		})
	}
}

// writerFunc takes all that it is given.
type writerFunc func(b []byte)

func (f writerFunc) Write(b []byte) (int, error) {
	f(b)
	return len(b), nil
}

func TestNothingIsOpenWhenStreamReturns(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	before := descriptors(t)
	w, end := stream(t, path)
	w.wantText(t, "one\n")
	if err := end(); !errors.Is(err, errWhy) {
		t.Error(err)
	}
	wantClosed(t, before)
	if err := removeAll(filepath.Dir(path)); err != nil {
		t.Error(err)
	}
}

// Streams of one file do not know of each other.
func TestStreamsOfOneFile(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	w1, end1 := stream(t, path)
	w2, end2 := stream(t, path)
	w1.wantText(t, "one\n")
	w2.wantText(t, "one\n")
	_ = end1()
	for _, l := range numbered(1, 50) {
		appendTo(t, path, l+"\n")
		w2.wantText(t, l+"\n")
	}
	_ = end2()
	if rest := slices.Collect(taken(w1)); len(rest) > 0 {
		t.Errorf("a Stream that has returned wrote %q", rest)
	}
}

// taken yields what waits in w.
func taken(w writes) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		for len(w) > 0 && yield(<-w) {
			continue
		}
	}
}

// shortWrites takes so much of each write and does not say so.
type shortWrites int

func (w shortWrites) Write(b []byte) (int, error) { return min(len(b), int(w)), nil }

func TestStreamTellsOfShortWrites(t *testing.T) {
	err := tail.Stream(t.Context(), shortWrites(2), logFile(t, "one\n"), false)
	if !errors.Is(err, io.ErrShortWrite) {
		t.Errorf("the error is %v", err)
	}
}
