// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

func TestWatcherWhoseCallsWaitForWhatTheySendToBeTaken(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		chatty := func(b *backend, name string) error {
			b.send(name, fsnotify.Chmod)
			b.fail(errors.New("noise"))
			return nil
		}
		l.add, l.remove = chatty, chatty
		l.closing = func(b *backend) { _ = chatty(b, "") }
		hub, w := watch.NewHub(l.open), newWaker()
		file := openFile(t, logFile(t, ""))
		for range 100 {
			sub := file.watch(t, hub, w)
			if !w.woken() {
				t.Fatal("the first event missed its subscriber")
			}
			sub.Close()
		}
	})
}

// TestFileThatMayNotBeWatched is not asked for by its path, which another file
// may have by then.
func TestFileThatMayNotBeWatched(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		var names []string
		l.add = func(_ *backend, name string) error {
			names = append(names, name)
			return syscall.EACCES
		}
		hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
		if _, err := hub.File(file.File, file.Name(), file.id, newWaker()); !errors.Is(err, syscall.EACCES) {
			t.Errorf("File: %v, want %v", err, syscall.EACCES)
		}
		if len(names) != 1 || watch.ByHandle && names[0] == file.Name() {
			t.Errorf("asked for as %q", names)
		}
	})
}

func TestEveryErrorWakesEverybody(t *testing.T) {
	for _, err := range []error{fsnotify.ErrEventOverflow, errors.New("any other")} {
		inBubble(t, func(t *testing.T, l *layer) {
			hub := watch.NewHub(l.open)
			var wakers []waker
			for range 3 {
				f, d := newWaker(), newWaker()
				path := logFile(t, "")
				defer openFile(t, path).watch(t, hub, f).Close()
				defer watchDir(t, hub, filepath.Dir(path), "log", d).Close()
				wakers = append(wakers, f, d)
			}
			l.last().fail(err)
			for i, w := range wakers {
				if !w.woken() {
					t.Errorf("%v: subscriber %d was not woken", err, i)
				}
			}
		})
	}
}

func TestRefusedWatchIsAnErrorAndLeavesNothing(t *testing.T) {
	for _, row := range []struct {
		name   string
		refuse func(l *layer)
		want   error
	}{
		{"every watch", (*layer).refuseWatches, syscall.ENOSPC},
		{"the watcher", func(l *layer) { l.refusal = syscall.EMFILE }, syscall.EMFILE},
	} {
		t.Run(row.name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, l *layer) {
				row.refuse(l)
				hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
				_, err := hub.File(file.File, file.Name(), file.id, newWaker())
				if !errors.Is(err, row.want) {
					t.Errorf("File: %v, want %v", err, row.want)
				}
				if _, err = hub.Dir(folder(t), "log", newWaker()); !errors.Is(err, row.want) {
					t.Errorf("Dir: %v, want %v", err, row.want)
				}
				if hub.Len() != 0 {
					t.Errorf("%d subscriptions are counted", hub.Len())
				}
				for _, b := range l.backends() {
					if !b.closed() {
						t.Error("a watcher nobody uses is open")
					}
				}
			})
		})
	}
}

func hideDescriptors(t *testing.T) {
	t.Helper()
	if watch.FilesOnly() {
		t.Skip("linux: with this fsnotify a path is not safe to watch")
	}
	usual := watch.Descriptors
	watch.Descriptors = "/proc/hidden"
	t.Cleanup(func() { watch.Descriptors = usual })
}

// TestPathIsWatchedWhereDescriptorsAreHidden: a process that has changed its
// user may not look into its own /proc.
func TestPathIsWatchedWhereDescriptorsAreHidden(t *testing.T) {
	if !watch.ByHandle {
		t.Skip(runtime.GOOS + ": paths are watched there anyway")
	}
	inBubble(t, func(t *testing.T, l *layer) {
		hideDescriptors(t)
		hub, file, w := watch.NewHub(l.open), openFile(t, logFile(t, "")), newWaker()
		defer file.watch(t, hub, w).Close()
		l.last().send(file.Name(), fsnotify.Write)
		if !w.woken() {
			t.Error("not woken by an event of the path")
		}
	})
}

func TestCallsThatNeverReturnAreBounded(t *testing.T) {
	for name, hang := range map[string]func(l *layer, call func(*backend, string) error){
		"Add":    func(l *layer, call func(*backend, string) error) { l.add = call },
		"Remove": func(l *layer, call func(*backend, string) error) { l.remove = call },
		"Close": func(l *layer, call func(*backend, string) error) {
			l.closing = func(b *backend) { _ = call(b, "") }
		},
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, l *layer) {
				hang(l, never(t))
				hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
				begin := time.Now()
				sub, err := hub.File(file.File, file.Name(), file.id, newWaker())
				switch {
				case err == nil:
					sub.Close()
				case !errors.Is(err, watch.ErrStuck):
					t.Errorf("got %v, want %v", err, watch.ErrStuck)
				}
				if took := time.Since(begin); took > patience || hub.Len() != 0 {
					t.Errorf("took %v and left %d subscriptions", took, hub.Len())
				}
			})
		})
	}
}

// TestSubscribersOfAnAbandonedWatcherAreTold and can subscribe again, with a new
// one.
func TestSubscribersOfAnAbandonedWatcherAreTold(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		stuck, hang := folder(t), never(t)
		l.add = func(b *backend, name string) error {
			if name != stuck {
				return nil
			}
			return hang(b, name)
		}
		hub, file, dir := watch.NewHub(l.open), openFile(t, logFile(t, "")), folder(t)
		a, b := newWaker(), newWaker()
		subs := []*watch.Sub{file.watch(t, hub, a), watchDir(t, hub, dir, "log", b)}
		if _, err := hub.Dir(stuck, "log", newWaker()); !errors.Is(err, watch.ErrStuck) {
			t.Fatalf("got %v, want %v", err, watch.ErrStuck)
		}
		for i, w := range []waker{a, b} {
			if !w.woken() || !subs[i].Stale() {
				t.Errorf("subscriber %d was not told", i)
			}
			subs[i].Close()
		}
		defer file.watch(t, hub, a).Close()
		l.last().send(l.last().added()[0], fsnotify.Write)
		if !a.woken() || len(l.backends()) != 2 {
			t.Error("the new watcher does not wake")
		}
	})
}

// TestAbandonedWatchersAreFew: each leaves goroutines behind.
func TestAbandonedWatchersAreFew(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.add = never(t)
		hub, dir := watch.NewHub(l.open), folder(t)
		for range 10 {
			if _, err := hub.Dir(dir, "log", newWaker()); !errors.Is(err, watch.ErrStuck) {
				t.Fatalf("got %v, want %v", err, watch.ErrStuck)
			}
		}
		if n := len(l.backends()); n > 3 {
			t.Errorf("%d watchers were made, each of which hangs", n)
		}
	})
}

// TestNameThatPassesToAnotherFile: where files are watched by path, a rotation
// gives the watched name to another file. What was known of the first must not
// be taken for a watch once its inode comes back.
func TestNameThatPassesToAnotherFile(t *testing.T) {
	if !perFile {
		t.Skip("windows: folders are watched there, not files")
	}
	inBubble(t, func(t *testing.T, l *layer) {
		hideDescriptors(t)
		l.add = func(_ *backend, name string) error {
			if isDescriptor(name) {
				return fsnotify.ErrNonExistentWatch
			}
			return nil
		}
		hub, path := watch.NewHub(l.open), logFile(t, "")
		defer watchDir(t, hub, folder(t), "log", newWaker()).Close() // keeps the hub
		old := openFile(t, path)
		first := old.watch(t, hub, newWaker())
		rename(t, path, path+".1")
		write(t, path, "")
		second := openFile(t, path).watch(t, hub, newWaker())
		first.Close()
		second.Close()

		rename(t, path+".1", path) // as if the inode were used again
		w := newWaker()
		defer openFile(t, path).watch(t, hub, w).Close()
		l.last().send(path, fsnotify.Write)
		if !w.woken() {
			t.Error("not woken by an event of the path")
		}
	})
}
