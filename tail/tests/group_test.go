// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// newGroup makes a Group that is closed at the end of the test.
func newGroup(t *testing.T, cfg tail.Config, paths ...string) *tail.Group {
	t.Helper()
	g := new(tail.Group)
	t.Cleanup(func() { g.Close() })
	for _, path := range paths {
		add(t, g, path, cfg)
	}
	return g
}

func add(t *testing.T, g *tail.Group, path string, cfg tail.Config) {
	t.Helper()
	if err := g.Add(path, cfg); err != nil {
		t.Fatal(err)
	}
}

// logFiles makes so many files of one folder, each with its number in it.
func logFiles(t *testing.T, n int) []string {
	t.Helper()
	dir := folder(t)
	paths := make([]string, n)
	for i := range paths {
		paths[i] = filepath.Join(dir, fmt.Sprintf("log%d", i))
		write(t, paths[i], fmt.Sprintf("first of %d\n", i))
	}
	return paths
}

// showFile is show with the file's name.
func showFile(item tail.Item, err error) string {
	if item.File == nil {
		return show(item, err)
	}
	return filepath.Base(item.File.Path) + ": " + show(item, err)
}

// rangeOver collects what a Group yields until it ends or each returns false.
func rangeOver(t *testing.T, g *tail.Group, each func(got string) bool) []string {
	t.Helper()
	return returns(t, "the end of the loop", func() []string {
		var got []string
		for item, err := range g.Lines(t.Context()) {
			got = append(got, showFile(item, err))
			if !each(got[len(got)-1]) {
				break
			}
		}
		return got
	})
}

func always(string) bool { return true }

// sorted makes what came from several files comparable: between files there is
// no order.
func sorted(items []string) []string {
	slices.Sort(items)
	return items
}

func TestGroupYieldsAllFiles(t *testing.T) {
	leavesNothing(t)
	dir := folder(t)
	write(t, dir+"/a", "1\n2\n")
	write(t, dir+"/b", "3\n4")
	write(t, dir+"/c", "")
	g := newGroup(t, tail.Config{}, dir+"/a", dir+"/b", dir+"/c")
	g.Finish()
	want := []string{"a: 1", "a: 2", "b: 3", "b: 4…"}
	if got := sorted(rangeOver(t, g, always)); !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

func TestGroupFollowsManyFiles(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		paths := logFiles(t, 50)
		g := newGroup(t, following(cfg), paths...)
		grown, seen := 0, 0
		rangeOver(t, g, func(got string) bool {
			var file, n int
			if _, err := fmt.Sscanf(got, "log%d: first of %d", &file, &n); err == nil {
				appendTo(t, paths[file], fmt.Sprintf("second of %d\n", file))
				grown++
			} else if _, err := fmt.Sscanf(got, "log%d: second of %d", &file, &n); err != nil || file != n {
				t.Errorf("got %q", got)
			} else {
				seen++
			}
			return seen < len(paths) && !t.Failed()
		})
		if grown != len(paths) || seen != len(paths) {
			t.Errorf("%d first lines and %d second ones came, want %d of each", grown, seen, len(paths))
		}
	})
}

func TestGroupFollowsRotations(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		paths := logFiles(t, 2)
		g := newGroup(t, following(cfg), paths...)
		got := rangeOver(t, g, func(got string) bool {
			if got == "log1: first of 1" {
				appendTo(t, paths[1], "last of the old\n")
				rename(t, paths[1], paths[1]+".1")
				write(t, paths[1], "first of the new\n")
			}
			return got != "log1: first of the new"
		})
		want := []string{"log0: first of 0", "log1: first of 1", "log1: first of the new", "log1: last of the old"}
		if !slices.Equal(sorted(got), want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

func TestGroupGrowsAndShrinksWhileItRuns(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		paths := logFiles(t, 3)
		g := newGroup(t, following(cfg))
		var wg sync.WaitGroup
		defer wg.Wait()
		wg.Go(func() { add(t, g, paths[0], following(cfg)) }) // while nobody is in it
		got := rangeOver(t, g, func(got string) bool {
			switch got {
			case "log0: first of 0":
				if err := g.Remove(paths[0]); err != nil {
					t.Error(err)
				}
				appendTo(t, paths[0], "nobody wants this\n")
				wg.Go(func() { add(t, g, paths[1], following(cfg)) })
			case "log1: first of 1":
				wg.Go(func() {
					if err := g.Remove(paths[1]); err != nil {
						t.Error(err)
					}
					appendTo(t, paths[1], "nor this\n")
					add(t, g, paths[2], following(cfg))
				})
			case "log2: first of 2":
				return false
			}
			return true
		})
		want := []string{"log0: first of 0", "log1: first of 1", "log2: first of 2"}
		if !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A file that was removed in the middle of what had been read of it yields
// nothing more, and can be added again.
func TestGroupRemovesInTheMiddleOfAChunk(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, text(numbered(1, 100)))
	g := newGroup(t, tail.Config{}, path)
	n := 0
	rangeOver(t, g, func(string) bool {
		if n++; n == 3 {
			if err := g.Remove(path); err != nil {
				t.Error(err)
			}
			add(t, g, path, tail.Config{})
			g.Finish()
		}
		return true
	})
	if n != 103 {
		t.Errorf("%d lines came, want 3 and again 100", n)
	}
}

func TestGroupTakesAPathOnce(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	t.Chdir(filepath.Dir(path))
	g := newGroup(t, tail.Config{}, path)
	for _, again := range []string{path, "log", "./log", filepath.Dir(path) + "/./log"} {
		if err := g.Add(again, tail.Config{}); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), again) {
			t.Errorf("adding %s: the error is %v", again, err)
		}
	}
	g.Finish()
	if got := rangeOver(t, g, always); !slices.Equal(got, []string{"log: one"}) {
		t.Errorf("got %q", got)
	}
}

func TestGroupWithoutTheFile(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	g := newGroup(t, tail.Config{})
	if err := g.Remove(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Remove says %v", err)
	}
	if _, err := g.Stats(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("Stats says %v", err)
	}
}

// A wrong file is not added, and the others are none the worse for it.
func TestGroupRefusesAWrongFile(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	g := newGroup(t, tail.Config{}, path)
	if err := g.Add(filepath.Dir(path), tail.Config{}); err == nil {
		t.Error("a folder was added")
	}
	g.Finish()
	if got := rangeOver(t, g, always); !slices.Equal(got, []string{"log: one"}) {
		t.Errorf("got %q", got)
	}
}

func TestGroupStatsAreOfOneFile(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 2)
	appendTo(t, paths[1], "more\n")
	g := newGroup(t, tail.Config{Follow: true}, paths...)
	n := 0
	rangeOver(t, g, func(string) bool { n++; return n < 3 })
	for i, want := range []int64{11, 16} {
		st, err := g.Stats(paths[i])
		if err != nil || st.Delivered != want {
			t.Errorf("%+v, %v of file %d, want %d bytes", st, err, i, want)
		}
	}
}

func TestGroupGoesOnWhereTheLoopWasLeft(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 3)
	var want []string
	for i, path := range paths {
		for _, l := range numbered(1, 20) {
			appendTo(t, path, l+"\n")
			want = append(want, fmt.Sprintf("log%d: %s", i, l))
		}
		want = append(want, fmt.Sprintf("log%d: first of %d", i, i))
	}
	g := newGroup(t, tail.Config{}, paths...)
	g.Finish()
	var got []string
	for {
		one := rangeOver(t, g, func(string) bool { return false })
		if one == nil {
			break
		}
		got = append(got, one...)
	}
	if !slices.Equal(sorted(got), sorted(want)) {
		t.Errorf("got %d lines, want %d", len(got), len(want))
	}
}

func TestGroupIsForOneIteration(t *testing.T) {
	leavesNothing(t)
	g := newGroup(t, tail.Config{}, logFile(t, "one\n"))
	g.Finish()
	rangeOver(t, g, func(string) bool {
		if got := rangeOver(t, g, always); !slices.Equal(got, []string{"end: " + tail.ErrInUse.Error()}) {
			t.Errorf("a second iteration yields %q", got)
		}
		return true
	})
}

func TestGroupBufferedTellsOfTheRest(t *testing.T) {
	leavesNothing(t)
	g := newGroup(t, tail.Config{}, logFile(t, "one\ntwo\n"), logFile(t, "three\nfour\n"))
	g.Finish()
	if n := g.Buffered(); n != 0 {
		t.Errorf("%d bytes at the start, want 0", n)
	}
	var got []int
	rangeOver(t, g, func(string) bool { got = append(got, g.Buffered()); return true })
	if want := []int{len("two\n"), 0, len("four\n"), 0}; !slices.Equal(got, want) {
		t.Errorf("behind the lines are %d bytes, want %d", got, want)
	}
}

// TestNothingIsBufferedOfARemovedFile: none of it is yielded any more.
func TestNothingIsBufferedOfARemovedFile(t *testing.T) {
	path := logFile(t, "one\ntwo\n")
	g := newGroup(t, tail.Config{Follow: true}, path)
	for _, err := range g.Lines(t.Context()) {
		must(t, err)
		must(t, g.Remove(path))
		if n := g.Buffered(); n != 0 {
			t.Errorf("%d bytes, want 0", n)
		}
		break
	}
}
