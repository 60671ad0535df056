// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestGroupAddsSeveralAtATime lets none be opened before as many are asked for.
func TestGroupAddsSeveralAtATime(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 20)
	var asked atomic.Int64
	several := make(chan struct{})
	faulty(t, func(op fileid.Op, name string) error {
		if op == fileid.OpOpen && slices.Contains(paths, name) {
			if asked.Add(1) == 8 {
				close(several)
			}
			<-several
		}
		return nil
	})

	g := newGroup(t, tail.Config{})
	if err := returns(t, "AddAll", func() error { return g.AddAll(paths, tail.Config{}) }); err != nil {
		t.Fatal(err)
	}
	g.Finish()
	var want []string
	for i := range paths {
		want = append(want, fmt.Sprintf("log%d: first of %d", i, i))
	}
	if got := sorted(rangeOver(t, g, always)); !slices.Equal(got, sorted(want)) {
		t.Errorf("got %q\nnot %q", got, want)
	}
}

func TestGroupAddsAllButWrongFiles(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 3)
	dir := filepath.Dir(paths[0])
	g := newGroup(t, tail.Config{}, paths[1])
	err := g.AddAll([]string{paths[0], dir, paths[1], dir + "/none", paths[2]}, tail.Config{MustExist: true})
	for _, is := range []error{syscall.EISDIR, fs.ErrExist, fs.ErrNotExist} {
		if !errors.Is(err, is) {
			t.Errorf("nothing says: %v", is)
		}
	}
	texts := strings.Split(fmt.Sprint(err), "\n")
	for i, name := range []string{dir, paths[1], dir + "/none"} {
		if len(texts) != 3 || !strings.Contains(texts[i], name+": ") {
			t.Fatalf("error %d of %q does not name %s", i, texts, name)
		}
	}
	g.Finish()
	want := []string{"log0: first of 0", "log1: first of 1", "log2: first of 2"}
	if got := sorted(rangeOver(t, g, always)); !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
	if err := g.AddAll(nil, tail.Config{}); err != nil {
		t.Errorf("to add none is an error: %v", err)
	}
}

// TestGroupAddsTheFirstOfEqualPaths, however each is spelled.
func TestGroupAddsTheFirstOfEqualPaths(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	paths := []string{path, filepath.Dir(path) + "/./log"}
	if runtime.GOOS == "windows" {
		paths = append(paths, filepath.ToSlash(path), strings.ToUpper(path))
	}
	for i := range paths {
		paths[0], paths[i] = paths[i], paths[0]
		g := newGroup(t, tail.Config{})
		if err := g.AddAll(paths, tail.Config{}); len(strings.Split(fmt.Sprint(err), "\n")) != len(paths)-1 || !errors.Is(err, fs.ErrExist) {
			t.Errorf("the error is %v", err)
		}
		g.Finish()
		for item, err := range g.Lines(t.Context()) {
			if must(t, err); item.File.Path != paths[0] {
				t.Errorf("%s is in the group, not %s", item.File.Path, paths[0])
			}
		}
	}
}

// TestGroupNamesWhatComesTooLate, and does not open it.
func TestGroupNamesWhatComesTooLate(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 3)
	opened := watchOpens(t, paths...)
	for name, end := range map[string]func(*tail.Group){"Close": func(g *tail.Group) { g.Close() }, "Finish": (*tail.Group).Finish} {
		g := newGroup(t, tail.Config{})
		end(g)
		for i, text := range strings.Split(fmt.Sprint(g.AddAll(paths, tail.Config{})), "\n") {
			if !strings.HasPrefix(text, "tail: "+paths[i]+": ") {
				t.Errorf("after %s, error %d is %q", name, i, text)
			}
		}
	}
	if n := opened.Load(); n > 0 {
		t.Errorf("%d files were opened", n)
	}
}

// watchOpens counts how often files of these paths are opened.
func watchOpens(t *testing.T, paths ...string) *atomic.Int64 {
	t.Helper()
	var opened atomic.Int64
	faulty(t, func(op fileid.Op, name string) error {
		if op == fileid.OpOpen && slices.Contains(paths, name) {
			opened.Add(1)
		}
		return nil
	})
	return &opened
}

func TestGroupClosesBesideAddAll(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 40)
	before := descriptors(t)
	for range 50 {
		g := newGroup(t, tail.Config{})
		var adding sync.WaitGroup
		adding.Go(func() {
			if err := g.AddAll(paths, tail.Config{Follow: true}); err != nil && !errors.Is(err, tail.ErrClosed) {
				t.Error(err)
			}
		})
		g.Close()
		adding.Wait()
	}
	wantClosed(t, before)
}
