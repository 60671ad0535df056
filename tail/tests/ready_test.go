// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io/fs"
	"slices"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// ready is all that Ready yields, as text.
func ready(t *testing.T, g *tail.Group, paths ...string) []string {
	t.Helper()
	var got []string
	for item, err := range g.Ready(t.Context(), paths...) {
		got = append(got, show(item, err))
	}
	return got
}

func wantReady(t *testing.T, g *tail.Group, paths []string, want ...string) {
	t.Helper()
	if got := ready(t, g, paths...); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestReadyReadsWhatThereIsAndDoesNotWait(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		cfg.Follow, cfg.ReOpen = true, true
		a, b := logFile(t, "a1\na2\npie"), logFile(t, "b1\n")
		var g tail.Group
		defer g.Close()
		must(t, g.Add(a, cfg))
		must(t, g.Add(b, cfg))
		wantReady(t, &g, []string{b}, "b1")
		wantReady(t, &g, []string{a}, "a1", "a2", "pie…")
		wantReady(t, &g, nil)

		appendTo(t, a, "ce\n")
		rename(t, a, a+".1")
		write(t, a, "a3\n")
		wantReady(t, &g, nil, "ce", "a3")

		appendTo(t, b, "b2\n")
		for item, err := range g.Lines(t.Context()) {
			must(t, err)
			if got := item.Text(); got != "b2" {
				t.Errorf("got %q", got)
			}
			break
		}
	})
}

// The open file of a log that is polled does not tell that its folder is another.
func TestReadyLooksAtThePath(t *testing.T) {
	skipWindows(t, "a folder with a file that is held cannot be renamed there")
	path := logInFolder(t)
	g := newGroup(t, following(tail.Config{Poll: true}), path)
	wantReady(t, g, nil, "one")
	wantReady(t, g, nil) // the path has been looked at
	replaceFolder(t, path, "two\n")
	wantReady(t, g, nil, "gap: replaced", "two")
}

// A file that is no longer than what was read of it may be another one all the same.
func TestReadyReadsWhatWasRewritten(t *testing.T) {
	for name, content := range map[string]string{"shorter": "new 1\nnew 2\n", "as long": "new 1\nnew 2\nnew 3\n"} {
		t.Run(name, func(t *testing.T) {
			path := logFile(t, "old 1\nold 2\nold 3\n")
			g := newGroup(t, following(tail.Config{}), path)
			wantReady(t, g, nil, "old 1", "old 2", "old 3")
			write(t, path, content)
			wantReady(t, g, nil, append([]string{"gap: truncated"}, split(content)...)...)
		})
	}
}

// The same where some of what was read before is still to be yielded.
func TestReadyGoesOnBehindWhatWasReadBefore(t *testing.T) {
	path := logFile(t, "old 1\nold 2\nold 3\n")
	g := newGroup(t, following(tail.Config{}), path)
	for range g.Lines(t.Context()) {
		break
	}
	write(t, path, "new\n")
	wantReady(t, g, nil, "old 2", "old 3", "gap: truncated", "new")
}

// A writer that is faster than the reader does not keep Ready going.
func TestReadyEndsWhereTheFileEndedAtFirst(t *testing.T) {
	path := logFile(t, "x\n")
	var g tail.Group
	defer g.Close()
	must(t, g.Add(path, following(tail.Config{})))
	n := 0
	for _, err := range g.Ready(t.Context()) {
		must(t, err)
		if n++; n > 1000 {
			t.Fatal("it goes on and on")
		}
		appendTo(t, path, "more\n")
	}
}

// What comes late to a rotated file meanwhile does not stand for what is in the new one.
func TestReadyReadsEachFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "")
		g := newGroup(t, following(cfg), path)
		wantReady(t, g, nil)
		appendTo(t, path, "one\n")
		old := rotate(t, path)
		write(t, path, "two\n")
		var got []string
		for item, err := range g.Ready(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "one" {
				appendTo(t, old, "late, and long\n")
			}
		}
		if want := []string{"one", "late, and long", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// Nor does what is found in a copy stand for what has come into the file since.
func TestReadyReadsCopiesAndTheFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		g := newGroup(t, following(cfg), path)
		wantReady(t, g, nil, "one")
		write(t, path+".1", "one\ntwo, and long\n")
		write(t, path, "three\n")
		wantReady(t, g, nil, "two, and long", "gap: truncated", "three")
	})
}

// A read that fails and then does not is waited for.
func TestReadyWaitsForReadsToSucceed(t *testing.T) {
	path := logFile(t, "one\ntwo\n")
	spoil(t, fileid.OpRead, path, 3, syscall.EIO)
	g := newGroup(t, tail.Config{}, path)
	wantReady(t, g, nil, "one", "two")
}

func TestReadyTellsOfReadsThatFail(t *testing.T) {
	path := logFile(t, "one\n")
	spoil(t, fileid.OpRead, path, everyTime, syscall.EIO)
	g := newGroup(t, tail.Config{}, path)
	wantReady(t, g, nil, "end: tail: read "+path+": "+syscall.EIO.Error())
}

func TestReadyOfAStranger(t *testing.T) {
	var g tail.Group
	defer g.Close()
	for _, err := range g.Ready(t.Context(), "stranger") {
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v", err)
		}
	}
}

func TestReadyOfAClosedGroup(t *testing.T) {
	var g tail.Group
	must(t, g.Add(logFile(t, "x\n"), following(tail.Config{})))
	for _, err := range g.Ready(t.Context()) {
		if err == nil {
			g.Close()
			continue
		}
		if !errors.Is(err, tail.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

// What was rewritten after it had been rotated away is told of once.
func TestReadyTellsOnceOfARewrittenFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		g := newGroup(t, following(cfg), path)
		wantReady(t, g, nil, "one")
		old := rotate(t, path)
		write(t, path, "two\n")
		wantReady(t, g, nil, "two")
		write(t, old, "another line\n")
		wantReady(t, g, nil, "gap: truncated")
		wantReady(t, g, nil)
	})
}

// A copy that has been read is of no more interest.
func TestReadyDoesNotReadCopiesAgain(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		g := newGroup(t, following(cfg), path)
		wantReady(t, g, nil, "one")
		write(t, path+".1", "one\ntwo\n")
		write(t, path, "three\n")
		wantReady(t, g, nil, "two", "gap: truncated", "three")
		write(t, path+".1", "")
		wantReady(t, g, nil)
	})
}

// A writer that is faster than the reader does not keep Ready from the rotated files, and
// so not from its end: no time passes meanwhile.
func TestReadyEndsWhereFilesWereRotated(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "0\n")
		g := newGroup(t, following(polled(t)), path)
		wantReady(t, g, nil, "0")
		var old []string
		for range 2 {
			old = append(old, rotate(t, path))
			write(t, path, "0\n")
			wantReady(t, g, nil, "0")
		}
		appendTo(t, old[0], "1\n")
		appendTo(t, old[1], "2\n")
		appendTo(t, path, "3\n")
		var got []string
		for item, err := range g.Ready(t.Context()) {
			if got = append(got, show(item, err)); len(got) > 100 {
				t.Fatal("no end")
			}
			if item.Text() == "3" {
				appendTo(t, path, "3\n")
			}
		}
		if !slices.Equal(got, []string{"1", "2", "3"}) {
			t.Errorf("got %q", got)
		}
	})
}
