// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"errors"
	"io/fs"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// A pipe wakes its group as soon as it is open, which is before Add returns.
func TestGroupOfPipes(t *testing.T) {
	leavesNothing(t)
	g := newGroup(t, tail.Config{})
	const pipes = 20
	for range pipes {
		path := namedPipe(t)
		w, err := os.OpenFile(path, os.O_RDWR, 0) // which does not wait for a reader
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		if _, err := w.WriteString("one\n"); err != nil {
			t.Fatal(err)
		}
		add(t, g, path, tail.Config{Pipe: true, Follow: true})
	}
	n := 0
	got := rangeOver(t, g, func(string) bool { n++; return n < pipes })
	if all := strings.Join(got, "\n"); strings.Count(all, "pipe: one") != pipes {
		t.Errorf("got\n%s", all)
	}
}

// TestNothingIsTakenFromPipeThatIsRefused: what it holds is for another.
func TestNothingIsTakenFromPipeThatIsRefused(t *testing.T) {
	leavesNothing(t)
	cfg := tail.Config{Pipe: true, Follow: true}
	closed, finished := newGroup(t, cfg), newGroup(t, cfg)
	closed.Close()
	finished.Finish()
	for range 100 {
		path := namedPipe(t)
		g := newGroup(t, cfg)
		w, err := os.OpenFile(path, os.O_RDWR, 0)
		must(t, err)
		t.Cleanup(func() { w.Close() })
		_, err = w.WriteString("one\n")
		must(t, err)
		for _, late := range []*tail.Group{closed, finished} {
			if late.Add(path, cfg) == nil {
				t.Error("the pipe was added")
			}
		}
		if err := g.AddAll([]string{path, path, path, path, path}, cfg); !errors.Is(err, fs.ErrExist) {
			t.Errorf("the error is %v", err)
		}
		if got := rangeOver(t, g, func(string) bool { return false }); !slices.Equal(got, []string{"pipe: one"}) {
			t.Fatalf("got %q", got)
		}
		g.Close()
	}
}
