// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"

	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// TestNamesOfOneFileShareOneWatch: inotify has one watch for an inode, and
// fsnotify would give its second name none.
func TestNamesOfOneFileShareOneWatch(t *testing.T) {
	aboutEvents(t)
	if !perFile {
		t.Skip("windows: folders are watched there, not files")
	}
	for kind, link := range map[string]func(old, new string) error{"hard": os.Link, "symbolic": os.Symlink} {
		t.Run(kind, func(t *testing.T) {
			hub := watch.NewHub(watch.Fsnotify)
			path := logFile(t, "")
			other := filepath.Join(folder(t), "other")
			if err := link(path, other); err != nil {
				t.Fatal(err)
			}
			a, b := newWaker(), newWaker()
			defer openFile(t, path).watch(t, hub, a).Close()
			defer openFile(t, other).watch(t, hub, b).Close()
			for _, name := range []string{path, other} {
				appendTo(t, name, "more\n")
				a.await(t)
				b.await(t)
			}
		})
	}
}

// TestDescriptorIsUsedAgain: a watch is named after the descriptor of its first
// subscriber, whose number passes to another file when that one leaves.
func TestDescriptorIsUsedAgain(t *testing.T) {
	aboutEvents(t)
	hub, path := watch.NewHub(watch.Fsnotify), logFile(t, "")
	leaving, staying := openFile(t, path), openFile(t, path)
	a, b := newWaker(), newWaker()
	left, stays := leaving.watch(t, hub, a), staying.watch(t, hub, b)
	left.Close()
	leaving.Close()
	other := openFile(t, logFile(t, "")) // takes the lowest number that is free
	c := newWaker()
	defer other.watch(t, hub, c).Close()
	if stays.Stale() {
		stays.Close()
		stays = staying.watch(t, hub, b)
		<-b
	}
	defer stays.Close()
	appendTo(t, path, "more\n")
	b.await(t)
	appendTo(t, other.Name(), "more\n")
	c.await(t)
}

func TestWatchIsStaleAfterRename(t *testing.T) {
	aboutEvents(t)
	if !perFile {
		t.Skip("windows: the watch is that of the folder, which a rename does not end")
	}
	hub, path := watch.NewHub(watch.Fsnotify), logFile(t, "")
	file, w := openFile(t, path), newWaker()
	sub := file.watch(t, hub, w)
	rename(t, path, path+".1")
	for !sub.Stale() {
		w.await(t)
	}
	sub.Close()
	if !watch.ByHandle {
		return // no watch of a file under whatever name it has
	}
	sub = file.watch(t, hub, w)
	defer sub.Close()
	appendTo(t, path+".1", "more\n")
	w.await(t)
}

func TestWatchIsStaleWhenItsFolderGoes(t *testing.T) {
	aboutEvents(t)
	skipWine(t, "a watched folder goes without an event")
	hub, dir := watch.NewHub(watch.Fsnotify), filepath.Join(folder(t), "dir")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	w := newWaker()
	sub := watchDir(t, hub, dir, "log", w)
	defer sub.Close()
	remove(t, dir)
	for !sub.Stale() {
		w.await(t)
	}
}

// TestOneInotifyInstanceServesAll: a user has 128.
func TestOneInotifyInstanceServesAll(t *testing.T) {
	aboutEvents(t)
	if runtime.GOOS != "linux" {
		t.Skip(runtime.GOOS + " has no inotify")
	}
	before := inotifyInstances(t)
	hub := watch.NewHub(watch.Fsnotify)
	var subs []*watch.Sub
	for range 200 {
		path := logFile(t, "")
		subs = append(subs, openFile(t, path).watch(t, hub, newWaker()),
			watchDir(t, hub, filepath.Dir(path), "log", newWaker()))
	}
	if n := inotifyInstances(t) - before; n != 1 {
		t.Errorf("%d instances for %d subscribers, want 1", n, len(subs))
	}
	for _, s := range subs {
		s.Close()
	}
	if n := inotifyInstances(t) - before; n != 0 {
		t.Errorf("%d instances are left", n)
	}
}

func inotifyInstances(t *testing.T) int {
	t.Helper()
	links, err := filepath.Glob("/proc/self/fd/*")
	if err != nil {
		t.Fatal(err)
	}
	return len(slices.DeleteFunc(links, func(l string) bool {
		to, err := os.Readlink(l)
		return err != nil || !strings.Contains(to, "inotify")
	}))
}

// storming is a waker that must not be called after its subscription was closed.
type storming struct {
	t    *testing.T
	over atomic.Bool
}

func (s *storming) Wake() {
	if s.over.Load() {
		s.t.Error("woken after Close")
	}
}

func TestSubscriptionStorm(t *testing.T) {
	aboutEvents(t)
	ignore := goleak.IgnoreCurrent()
	hub := watch.NewHub(watch.Fsnotify)
	paths := []string{logFile(t, ""), logFile(t, ""), logFile(t, "")}
	var wg sync.WaitGroup
	for i := range 8 {
		wg.Go(func() { storm(t, hub, paths[i%len(paths)]) })
	}
	wg.Go(func() {
		for i := range 300 {
			path := paths[i%len(paths)]
			appendTo(t, path, "more\n")
			if i%10 == 0 && perFile { // what is held may not be replaced on Windows
				write(t, path+".new", "")
				rename(t, path+".new", path)
			}
		}
	})
	wg.Wait()
	if n := hub.Len(); n != 0 {
		t.Errorf("%d subscriptions are left", n)
	}
	goleak.VerifyNone(t, ignore)
}

// storm subscribes and leaves again, to the file and to its folder.
func storm(t *testing.T, hub *watch.Hub, path string) {
	for range 100 {
		f, err := fileid.Open(path)
		if err != nil {
			t.Error(err)
			return
		}
		info, err := fileid.Handle(f)
		if err != nil {
			t.Error(err)
		}
		w := &storming{t: t}
		sub, err := hub.File(f, path, info.ID, w)
		if err != nil {
			t.Error(err)
			f.Close()
			return
		}
		if dir, err := hub.Dir(filepath.Dir(path), "log", w); err != nil {
			t.Error(err)
		} else {
			dir.Close()
		}
		sub.Close()
		w.over.Store(true)
		f.Close()
	}
}
