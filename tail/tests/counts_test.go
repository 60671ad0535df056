// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestNumbersStartAgainInEachGeneration(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "one\ntwo\n")
		tl := open(t, path, following(cfg))
		wantNumbers(t, tl, 1, 1, 2)
		rename(t, path, path+".1")
		write(t, path, "three\nfour\nfive\n")
		wantNumbers(t, tl, 2, 1, 2, 3)
		write(t, path, "six\n")
		wantNumbers(t, tl, 3, 1)
	})
}

// wantNumbers fails the test unless the next lines have these numbers.
func wantNumbers(t *testing.T, tl *tail.Tail, generation int, nums ...int) {
	t.Helper()
	for _, n := range nums {
		if l := nextLine(t, tl); l.Num != n || l.Generation != generation {
			t.Errorf("%q is line %d of generation %d, want line %d of %d", l.Text, l.Num, l.Generation, n, generation)
		}
	}
}

// Late lines of the file that was rotated away go on with its numbers, and do
// not disturb those of the new one.
func TestNumbersOfLateLinesGoOn(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "one\ntwo\n")
		old := openToAppend(t, path)
		defer old.Close()
		tl := open(t, path, following(cfg))
		wantNumbers(t, tl, 1, 1, 2)
		rename(t, path, path+".1")
		write(t, path, "three\n")
		wantNumbers(t, tl, 2, 1)
		if _, err := old.WriteString("late\n"); err != nil {
			t.Fatal(err)
		}
		wantNumbers(t, tl, 1, 3)
		appendTo(t, path, "four\n")
		wantNumbers(t, tl, 2, 2)
	})
}

// All that was seen is accounted for, also when the tail has been stopped.
func TestStatsAddUp(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		cfg.LastLines = 1
		path := logFile(t, "one\ntwo\n")
		tl := open(t, path, following(cfg))
		wantLines(t, tl, "two")
		rename(t, path, path+".1")
		write(t, path, "three\npie")
		wantLines(t, tl, "three")
		tl.Stop()
		if st := tl.Stats(); st.Skipped != 4 || st.Delivered != 10 || st.Pending != 3 {
			t.Errorf("got %+v, want 4 bytes skipped, 10 delivered, 3 pending", st)
		}
	})
}

// What was seen and truncated before it was read is lost, also when its file has
// been rotated or deleted since.
func TestStatsAddUpWhenAFileIsTruncatedAndRotated(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		cfg = following(cfg)
		cfg.GracePeriod = -1
		path := logFile(t, "one\n")
		r := newReader(t, path, cfg) // has seen the line
		write(t, path, "")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		ctx, cancel := context.WithTimeout(t.Context(), patience)
		defer cancel()
		for item, err := range r.Lines(ctx) {
			if err != nil {
				t.Fatal(err)
			}
			if item.Gap != nil && item.Gap.Bytes == int64(len("one\n")) {
				break
			}
		}
		wantLaw(t, r.Stats())
	})
}

// What is seen of a file that has been truncated and has grown again is not what
// was lost of it.
func TestNewContentIsNotCountedAsLost(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		g := newGroup(t, following(cfg), path)
		for range g.Ready(t.Context()) {
			write(t, path, strings.Repeat("new\n", 100))
		}
		for item, err := range g.Ready(t.Context()) { // looks before it reads
			if err != nil {
				t.Fatal(err)
			}
			if item.Gap != nil && item.Gap.Bytes > 0 {
				t.Errorf("got %v, and nothing was lost", item.Gap)
			}
		}
		st, err := g.Stats(path)
		if err != nil || st.Seen != 404 {
			t.Errorf("got %+v, %v, want 404 bytes seen", st, err)
		}
		wantLaw(t, st)
	})
}

// What is in a later copy is not lost either: it was seen while that had been made
// and the truncation had not followed.
func TestCopiedContentIsNotCountedAsLost(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path, long := logFile(t, "one\n"), strings.Repeat("new\n", 100)
		g := newGroup(t, following(cfg), path)
		ready := func() (got []string) {
			for item, err := range g.Ready(t.Context()) {
				got = append(got, show(item, err))
				if item.Gap != nil && item.Gap.Bytes > 0 {
					t.Errorf("got %v, and it is in a copy", item.Gap)
				}
			}
			return got
		}
		ready()
		copyTruncate(t, path, "one\ntwo\n", 1)
		appendTo(t, path, long)
		rename(t, path+".1", path+".2")
		write(t, path+".1", long)
		if got := ready(); got != nil {
			t.Errorf("got %q before the truncation", got)
		}
		write(t, path, "end\n")
		var got []string
		for !slices.Contains(got, "end") {
			got = append(got, ready()...)
		}
		want := "two\ngap: truncated\n" + long + "gap: truncated\nend\n"
		if text(got) != want {
			t.Errorf("got %q", got)
		}
		st, err := g.Stats(path)
		must(t, err)
		wantLaw(t, st)
	})
}

func wantLaw(t *testing.T, st tail.Stats) {
	t.Helper()
	if st.Seen != st.Skipped+st.Delivered+st.Pending+st.Lost {
		t.Errorf("bytes are unaccounted for: %+v", st)
	}
}

// What had been counted can be asked for later.
func TestStatsOutliveClose(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, strings.Repeat("12345678\n", 10)), tail.Config{LastLines: 4})
	read(t, r)
	r.Close()
	if st := r.Stats(); st.Generation != 1 || st.Skipped != 54 || st.Delivered != 36 {
		t.Errorf("got %+v, want 54 bytes skipped and 36 delivered", st)
	}
}
