// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// What MaxLineSize makes of a file. A piece that no newline ended is marked
// with "…".
func TestMaxLineSize(t *testing.T) {
	for name, row := range map[string]struct {
		content string
		limit   int
		want    []string
	}{
		"no limit":               {"abcdef\n", 0, []string{"abcdef"}},
		"one less":               {"abc\n", 4, []string{"abc"}},
		"exactly":                {"abcd\n", 4, []string{"abcd"}},
		"one more":               {"abcde\n", 4, []string{"abcd…", "e"}},
		"twice":                  {"abcdefgh\n", 4, []string{"abcd…", "efgh"}},
		"between short ones":     {"a\nabcdefghi\n\nb\n", 4, []string{"a", "abcd…", "efgh…", "i", "", "b"}},
		"without newline":        {"abcdef", 4, []string{"abcd…", "ef…"}},
		"exactly, no newline":    {"abcd", 4, []string{"abcd…"}},
		"single bytes":           {"abc\n", 1, []string{"a…", "b…", "c"}},
		"empty lines":            {"\n\n", 1, []string{"", ""}},
		"the largest limit":      {"abc\n", 1<<31 - 1, []string{"abc"}},
		"larger than the buffer": {strings.Repeat("x", 300_000) + "\n", 200_000, []string{strings.Repeat("x", 200_000) + "…", strings.Repeat("x", 100_000)}},
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			path := logFile(t, row.content)
			got := read(t, newReader(t, path, tail.Config{MaxLineSize: row.limit}))
			if !slices.Equal(got, row.want) {
				t.Errorf("a Reader got %.99q, want %.99q", got, row.want)
			}
			tl := open(t, path, tail.Config{MaxLineSize: row.limit})
			for i, want := range row.want {
				if l := nextLine(t, tl); l.Text != strings.TrimSuffix(want, "…") || l.Num != i+1 {
					t.Errorf("a Tail got %.99q as line %d, want %.99q", l.Text, l.Num, want)
				}
			}
			wantEnd(t, tl)
		})
	}
}

// A line that grows slowly comes in the same pieces as one that is there.
func TestMaxLineSizeOfALineThatGrows(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		cfg := following(polled(t))
		cfg.MaxLineSize, cfg.PollInterval = 4, 10*time.Millisecond
		path := logFile(t, "")
		tl := open(t, path, cfg)
		go func() {
			for _, b := range "abcdefgh\nijkl\n" {
				appendTo(t, path, string(b))
				time.Sleep(2 * cfg.PollInterval) // until that has been read
			}
			tl.StopAtEOF()
		}()
		if got := texts(t, tl); !slices.Equal(got, []string{"abcd", "efgh", "ijkl"}) {
			t.Errorf("got %q", got)
		}
	})
}

// Lines at the edges of the buffer come whole.
func TestLinesAroundTheSizeOfTheBuffer(t *testing.T) {
	for _, size := range []int{128<<10 - 1, 128 << 10, 128<<10 + 1, 256 << 10, 1 << 20} {
		leavesNothing(t)
		want := []string{"a", strings.Repeat("x", size-1), strings.Repeat("y", size), strings.Repeat("z", size+1), "b"}
		if got := read(t, newReader(t, logFile(t, text(want)), tail.Config{})); !slices.Equal(got, want) {
			t.Errorf("lines of %d bytes came as %d others", size, len(got))
		}
	}
}

// quiet is how long a file must not have grown before its last piece comes.
const quiet = 250 * time.Millisecond

// Without CompleteLines a last piece comes once the file has been quiet for
// 250 ms, and the rest of its line later.
func TestPieceComesWhenTheFileIsQuiet(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\npie")
		cfg := polled(t)
		cfg.Follow, cfg.PollInterval = true, 10*time.Millisecond
		tl := open(t, path, cfg)
		wantLines(t, tl, "one")
		for range 3 { // a writer that is slow but not quiet
			wantNone(t, tl, quiet-20*time.Millisecond)
			appendTo(t, path, "-pie")
			time.Sleep(2 * cfg.PollInterval) // until that is seen
		}
		grown := time.Now()
		piece := nextLine(t, tl)
		if took := time.Since(grown); took < quiet-3*cfg.PollInterval || took > quiet+cfg.PollInterval {
			t.Errorf("the piece came %v after the file had grown", took)
		}
		appendTo(t, path, "ce\n")
		rest := nextLine(t, tl)
		if piece.Text != "pie-pie-pie-pie" || rest.Text != "ce" {
			t.Errorf("got the piece %q and the rest %q", piece.Text, rest.Text)
		}
		if piece.SeekInfo.Offset != 19 || rest.SeekInfo.Offset != 22 {
			t.Errorf("they end at %d and %d", piece.SeekInfo.Offset, rest.SeekInfo.Offset)
		}
	})
}

// wantNone fails the test if a line comes within d, of the bubble's time.
func wantNone(t *testing.T, tl *tail.Tail, d time.Duration) {
	t.Helper()
	select {
	case l := <-tl.Lines:
		t.Errorf("got %q", l.Text)
	case <-time.After(d):
	}
}

// With CompleteLines it is held back as long as its file can grow.
func TestCompleteLinesHoldsThePieceBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\npie")
		tl := open(t, path, following(polled(t)))
		wantLines(t, tl, "one")
		wantNone(t, tl, 10*time.Minute)
		appendTo(t, path, "ce\n")
		wantLines(t, tl, "piece")
	})
}

// It comes at the end of the grace period of a file that was rotated away, as
// a line of its own.
func TestCompleteLinesHandsThePieceOutAfterTheGrace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\npie")
		cfg := following(polled(t))
		cfg.GracePeriod = 10 * time.Second
		tl := open(t, path, cfg)
		wantLines(t, tl, "one")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		wantLines(t, tl, "two")
		wantNone(t, tl, 9*time.Second)
		wantLines(t, tl, "pie")
	})
}

// Whatever the pieces a writer makes, nothing is skipped or told twice.
func TestPiecesAddUp(t *testing.T) {
	for name, whole := range map[string]bool{"whole lines": true, "pieces": false} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := logFile(t, "")
				cfg := following(polled(t))
				cfg.CompleteLines = whole
				tl := open(t, path, cfg)
				content := text(numbered(1, 30))
				go func() {
					for rest := content; rest != ""; rest = rest[min(5, len(rest)):] {
						appendTo(t, path, rest[:min(5, len(rest))])
						time.Sleep(time.Second)
					}
					tl.StopAtEOF()
				}()
				wantTogether(t, tl, content, whole)
			})
		})
	}
}

// wantTogether fails the test unless the lines of a Tail that ends add up to
// content.
func wantTogether(t *testing.T, tl *tail.Tail, content string, whole bool) {
	t.Helper()
	var last int64
	n := 0
	for l := range tl.Lines {
		if l.Text != strings.TrimSuffix(content[last:l.SeekInfo.Offset], "\n") {
			t.Errorf("from %d to %d is %q, want %q", last, l.SeekInfo.Offset, l.Text, content[last:l.SeekInfo.Offset])
		}
		last = l.SeekInfo.Offset
		n++
	}
	if last != int64(len(content)) {
		t.Errorf("the last line ends at %d of %d", last, len(content))
	}
	if lines := strings.Count(content, "\n"); whole != (n == lines) {
		t.Errorf("%d came for %d lines", n, lines)
	}
}
