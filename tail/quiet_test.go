// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestQuietFileIsLookedAt by the hub, which wakes the follower for whatever
// happens to the file or its path, and only then.
func TestQuietFileIsLookedAt(t *testing.T) {
	needsChangeTimes(t)
	for _, row := range []struct {
		name   string
		happen func(t *testing.T, path string)
		wakes  bool
	}{
		{"nothing", func(*testing.T, string) {}, false},
		{"a neighbour comes", func(t *testing.T, path string) { put(t, path+".lock", "") }, false},
		{"more", func(t *testing.T, path string) { put(t, path, "one\ntwo\n") }, true},
		{"truncated", func(t *testing.T, path string) { put(t, path, "") }, true},
		{"rewritten in its size", func(t *testing.T, path string) { put(t, path, "two\n") }, true},
		{"renamed", func(t *testing.T, path string) { must(t, os.Rename(path, path+".1")) }, true},
		{"deleted", func(t *testing.T, path string) { must(t, os.Remove(path)) }, true},
		{"replaced", func(t *testing.T, path string) {
			put(t, path+".new", "one\n")
			must(t, os.Rename(path+".new", path))
		}, true},
		{"its folder replaced", func(t *testing.T, path string) {
			dir := filepath.Dir(path)
			must(t, os.Rename(dir, dir+".old"))
			must(t, os.Mkdir(dir, 0o700))
			put(t, path, "one\n")
		}, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(scratchFolder(t), "folder", "log")
			must(t, os.Mkdir(filepath.Dir(path), 0o700))
			put(t, path, "one\n")
			f, wakes := quietFollower(t, path)
			makeQuiet(t, f)
			row.happen(t, path)
			looks := countLooks(t, path)
			if row.wakes {
				select {
				case <-wakes:
				case <-time.After(10 * time.Second):
					t.Error("not woken")
				}
				return
			}
			for range 3 {
				<-looks
			}
			select {
			case <-wakes:
				t.Error("woken for nothing")
			default:
			}
		})
	}
}

// TestLinkIsLookedAtByItsFollower, as it may be pointed elsewhere without a change
// of any file or folder that is asked.
func TestLinkIsLookedAtByItsFollower(t *testing.T) {
	needsChangeTimes(t)
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path+".1", "one\n")
	must(t, os.Symlink(filepath.Base(path)+".1", path))
	f, _ := quietFollower(t, path)
	if due := makeQuiet(t, f); due > f.interval() {
		t.Errorf("it looks in %v, want %v", due, f.interval())
	}
}

// TestQuietFileBesideOneThatHangs looks for itself, though more seldom: the look
// at the other one keeps the goroutine that takes them.
func TestQuietFileBesideOneThatHangs(t *testing.T) {
	needsChangeTimes(t)
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	put(t, path+".hangs", "one\n")
	other, _ := quietFollower(t, path+".hangs")
	f, _ := quietFollower(t, path)

	hanging, release := make(chan struct{}), make(chan struct{})
	var once sync.Once
	fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, name string) error {
		if op == fileid.OpHandle && name == other.path {
			once.Do(func() { close(hanging) })
			<-release
		}
		return nil
	}})
	defer fileid.Use(nil)
	defer close(release)
	makeQuiet(t, other)
	<-hanging
	if due := makeQuiet(t, f); due > ownSteps*f.hub.SafetyTick() {
		t.Errorf("it is due in %v", due)
	}
}

// TestPieceIsNotForgotten: the piece of a line at the end of a file comes in its time,
// whatever looks come before that, though the file is not written any more.
func TestPieceIsNotForgotten(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\npiece")
	f, _ := quietFollower(t, path)
	if due := makeQuiet(t, f); due > quietTime {
		t.Errorf("it comes in %v, want %v at most", due, quietTime)
	}
}

// TestFileBecomesQuiet once it has not been written for some time, though it is
// not read any more by then.
func TestFileBecomesQuiet(t *testing.T) {
	needsChangeTimes(t)
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	f := polledFollower(t, path, Config{})
	drain(f)
	f.lock()
	defer f.mu.Unlock()
	for begin, after := time.Now(), time.Duration(0); f.parked == nil; after += f.interval() {
		if after > 2*freshTime {
			t.Fatal("it has not become quiet")
		}
		f.try(begin.Add(after))
		f.rest(begin.Add(after))
	}
}

func needsChangeTimes(t *testing.T) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip(runtime.GOOS + ": nothing tells when a file was changed, so that none is taken for quiet")
	}
}

// quietFollower has read the file, as if that were long after it was written.
func quietFollower(t *testing.T, path string) (*follower, signal) {
	t.Helper()
	wakes := make(signal, 1)
	f, err := newFollower(path, Config{
		Follow: true, ReOpen: true, Poll: true, PollInterval: 10 * time.Millisecond, GracePeriod: -1,
	}, wakes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	drain(f)
	f.newest().drainedAt = time.Now().Add(time.Hour)
	return f, wakes
}

// makeQuiet does what a step does at its end, and returns how long the next one
// has.
func makeQuiet(t *testing.T, f *follower) time.Duration {
	t.Helper()
	f.lock()
	defer f.mu.Unlock()
	now := time.Now()
	f.rest(now)
	return f.due.time().Sub(now)
}

// countLooks sends at each look at the file.
func countLooks(t *testing.T, path string) <-chan struct{} {
	looks := make(chan struct{}, 1)
	fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, name string) error {
		if op == fileid.OpHandle && name == path {
			select {
			case looks <- struct{}{}:
			default:
			}
		}
		return nil
	}})
	t.Cleanup(func() { fileid.Use(nil) })
	return looks
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
