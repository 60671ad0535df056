// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// TestLookAtQuietFile wakes the follower for whatever happens to the file or its
// path, and only then.
func TestLookAtQuietFile(t *testing.T) {
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
			row.happen(t, path)
			if got := lookAt(f, wakes); got != row.wakes {
				t.Errorf("woken: %v, want %v", got, row.wakes)
			}
		})
	}
}

// TestLookAtQuietLink does the same where the path is a link.
func TestLookAtQuietLink(t *testing.T) {
	needsChangeTimes(t)
	dir := scratchFolder(t)
	path := filepath.Join(dir, "log")
	put(t, filepath.Join(dir, "a"), "one\n")
	put(t, filepath.Join(dir, "b"), "one\n")
	must(t, os.Symlink("a", path))
	f, wakes := quietFollower(t, path)
	must(t, os.Symlink("b", path+".new"))
	must(t, os.Rename(path+".new", path))
	if !lookAt(f, wakes) {
		t.Error("not woken when the link was pointed elsewhere")
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
	fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, name string) error {
		if op == fileid.OpHandle && name == other.path {
			close(hanging)
			<-release
		}
		return nil
	}})
	defer fileid.Use(nil)
	defer close(release)
	now := time.Now()
	beQuiet(other, now)
	<-hanging
	beQuiet(f, now)
	most := now.Add(ownSteps*f.interval() + f.interval())
	if due := f.nextDue(); due.After(most) {
		t.Errorf("it is due in %v", due.Sub(now))
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
	f, err := newFollower(path, Config{Follow: true, ReOpen: true, Poll: true, PollInterval: time.Hour}, wakes)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(f.close)
	drain(f)
	f.newest().drainedAt = time.Now().Add(time.Hour)
	if lookAt(f, wakes) {
		t.Error("woken by the first look")
	}
	return f, wakes
}

// beQuiet lets the hub look at f when it is due.
func beQuiet(f *follower, due time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.due = due
	f.beQuiet(due)
}

// lookAt reports whether a look that is due wakes f.
func lookAt(f *follower, wakes signal) bool {
	f.quiet.look = time.Time{}
	f.Look(time.Now(), &watch.Folders{})
	select {
	case <-wakes:
		return true
	default:
		return false
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
