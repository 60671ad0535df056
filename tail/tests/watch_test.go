// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// waker is a subscriber's: it holds one wake-up until that is taken.
type waker chan struct{}

func newWaker() waker { return make(waker, 1) }

func (w waker) Wake() {
	select {
	case w <- struct{}{}:
	default:
	}
}

// woken reports whether there is a wake-up, once everything in the bubble has
// come to rest.
func (w waker) woken() bool {
	synctest.Wait()
	select {
	case <-w:
		return true
	default:
		return false
	}
}

// await waits for a wake-up by the kernel.
func (w waker) await(t *testing.T) {
	t.Helper()
	select {
	case <-w:
	case <-time.After(patience):
		t.Fatal("not woken")
	}
}

// handle is an open file with its identity.
type handle struct {
	*fileid.File
	id fileid.ID
}

func openFile(t *testing.T, path string) handle {
	t.Helper()
	f, err := fileid.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	info, err := fileid.Handle(f)
	if err != nil {
		t.Fatal(err)
	}
	return handle{f, info.ID}
}

func (h handle) watch(t *testing.T, hub *watch.Hub, w watch.Waker) *watch.Sub {
	t.Helper()
	sub, err := hub.File(h.File, h.Name(), h.id, w)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

func watchDir(t *testing.T, hub *watch.Hub, dir, base string, w watch.Waker) *watch.Sub {
	t.Helper()
	sub, err := hub.Dir(dir, base, w)
	if err != nil {
		t.Fatal(err)
	}
	return sub
}

// perFile: Windows watches folders, all other systems the file itself.
const perFile = runtime.GOOS != "windows"

func TestAnyNumberOfSubscribersShareOneWatch(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
		var wakers []waker
		for range 100 {
			w := newWaker()
			defer file.watch(t, hub, w).Close()
			wakers = append(wakers, w)
		}
		if n := hub.Len(); n != 100 {
			t.Errorf("Len is %d, want 100", n)
		}
		names := l.last().added()
		if len(names) != 1 {
			t.Fatalf("%d watches were made, want 1", len(names))
		}
		l.last().send(names[0], fsnotify.Write)
		for i, w := range wakers {
			if !w.woken() {
				t.Errorf("subscriber %d was not woken", i)
			}
		}
	})
}

func TestSubscriberThatLeavesDisturbsNobody(t *testing.T) {
	for _, first := range []bool{true, false} {
		inBubble(t, func(t *testing.T, l *layer) {
			hub, path := watch.NewHub(l.open), logFile(t, "")
			leaving, staying := openFile(t, path), openFile(t, path)
			a, b := newWaker(), newWaker()
			var left, stays *watch.Sub
			if first { // the watch is named after the descriptor of who leaves
				left = leaving.watch(t, hub, a)
				stays = staying.watch(t, hub, b)
			} else {
				stays = staying.watch(t, hub, b)
				left = leaving.watch(t, hub, a)
			}
			left.Close()
			leaving.Close()
			if stays.Stale() {
				if !first {
					t.Error("a guest took the watch away")
				}
				if !b.woken() {
					t.Error("not told that the watch has gone")
				}
				stays.Close()
				stays = staying.watch(t, hub, b)
			}
			defer stays.Close()
			names := l.last().added()
			l.last().send(names[len(names)-1], fsnotify.Write)
			if !b.woken() {
				t.Errorf("not woken after another has left (which was there first: %v)", first)
			}
		})
	}
}

func TestNoWakeUpAfterClose(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
		gone, stays := newWaker(), newWaker()
		defer file.watch(t, hub, stays).Close()
		file.watch(t, hub, gone).Close()
		l.last().send(l.last().added()[0], fsnotify.Write)
		if !stays.woken() || gone.woken() {
			t.Error("the wrong one was woken")
		}
	})
}

func TestCloseTwiceCountsOnce(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
		defer file.watch(t, hub, newWaker()).Close()
		sub := file.watch(t, hub, newWaker())
		sub.Close()
		sub.Close()
		if n := hub.Len(); n != 1 || l.last().closed() {
			t.Errorf("%d subscriptions, watcher closed: %v; want 1 and an open one", n, l.last().closed())
		}
	})
}

// TestFolderEventsReachWhomTheyConcern also holds for an event that names the
// folder itself, which concerns all.
func TestFolderEventsReachWhomTheyConcern(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		hub, dir := watch.NewHub(l.open), folder(t)
		a, b := newWaker(), newWaker()
		defer watchDir(t, hub, dir, "a", a).Close()
		defer watchDir(t, hub, dir, "b", b).Close()
		for _, row := range []struct {
			name string
			a, b bool
		}{
			{filepath.Join(dir, "a"), true, false},
			{filepath.Join(dir, "b"), false, true},
			{filepath.Join(dir, "c"), false, false},
			{dir, true, true},
			{filepath.Dir(dir), false, false},
		} {
			l.last().send(row.name, fsnotify.Create)
			if gotA, gotB := a.woken(), b.woken(); gotA != row.a || gotB != row.b {
				t.Errorf("%s woke a: %v, b: %v; want %v, %v", row.name, gotA, gotB, row.a, row.b)
			}
		}
	})
}

// TestNameOfAFolderThatPassesToAnother: the first is watched anew, under its new
// name, once somebody asks for it.
func TestNameOfAFolderThatPassesToAnother(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		hub, dir := watch.NewHub(l.open), filepath.Join(folder(t), "dir")
		defer watchDir(t, hub, folder(t), "log", newWaker()).Close() // keeps the hub
		must(t, os.Mkdir(dir, 0o700))
		first := watchDir(t, hub, dir, "log", newWaker())
		rename(t, dir, dir+".old")
		must(t, os.Mkdir(dir, 0o700))
		w := newWaker()
		second := watchDir(t, hub, dir, "log", w)
		l.last().send(filepath.Join(dir, "log"), fsnotify.Create)
		if !w.woken() {
			t.Error("the second folder is not watched")
		}
		first.Close()
		second.Close()
		defer watchDir(t, hub, dir+".old", "log", w).Close()
		l.last().send(filepath.Join(dir+".old", "log"), fsnotify.Create)
		if !w.woken() {
			t.Error("the first folder is not watched")
		}
	})
}

func TestHubLivesAsLongAsItIsUsed(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		hub, file, dir := watch.NewHub(l.open), openFile(t, logFile(t, "")), folder(t)
		for i := range 3 {
			a := file.watch(t, hub, newWaker())
			b := watchDir(t, hub, dir, "log", newWaker())
			a.Close()
			if l.last().closed() {
				t.Fatal("closed while somebody subscribes")
			}
			b.Close()
			if all := l.backends(); len(all) != i+1 || !l.last().closed() || hub.Len() != 0 {
				t.Fatalf("round %d: %d watchers made, the last closed: %v, %d subscriptions",
					i, len(all), l.last().closed(), hub.Len())
			}
		}
	})
}

// TestWatchesGoWithTheirSubscribers: a process that follows one file after
// another beside a lasting one must not fill the kernel's table.
func TestWatchesGoWithTheirSubscribers(t *testing.T) {
	if !perFile {
		t.Skip("windows: the watch of a folder is kept until the hub stops")
	}
	inBubble(t, func(t *testing.T, l *layer) {
		hub := watch.NewHub(l.open)
		defer openFile(t, logFile(t, "")).watch(t, hub, newWaker()).Close()
		for range 10 {
			path := logFile(t, "")
			a := openFile(t, path).watch(t, hub, newWaker())
			b := openFile(t, path).watch(t, hub, newWaker())
			d := watchDir(t, hub, filepath.Dir(path), "log", newWaker())
			a.Close()
			d.Close()
			b.Close()
		}
		if n := l.last().standing(); n != 1 {
			t.Errorf("%d watches stand, want 1", n)
		}
	})
}
