// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/fsnotify/fsnotify"
	hpcloud "github.com/hpcloud/tail/watch"
	nxadm "github.com/nxadm/tail/watch"
	fsnotifyv1 "gopkg.in/fsnotify.v1"
	"gopkg.in/tomb.v1"
)

// await takes events until one with this operation comes.
func await(t *testing.T, path string, events <-chan fsnotify.Event, op fsnotify.Op) {
	t.Helper()
	for {
		event, ok := receive(t, op.String(), events)
		if !ok || event.Name != path {
			t.Fatalf("got %v (%v), want %v", event, ok, op)
		}
		if event.Has(op) {
			return
		}
	}
}

func TestEvents(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "")
	missing := path + ".missing"
	must(t, nxadm.Watch(path))
	must(t, nxadm.WatchCreate(missing))
	events, created := nxadm.Events(path), nxadm.Events(missing)
	must(t, nxadm.Watch(path))
	if nxadm.Events(path) != events {
		t.Error("a second Watch makes another channel")
	}
	appendTo(t, path, "one\n")
	await(t, path, events, fsnotify.Write)
	write(t, missing, "")
	await(t, missing, created, fsnotify.Create)
	must(t, os.Remove(path))
	await(t, path, events, fsnotify.Remove)

	must(t, nxadm.RemoveWatch(path))
	must(t, nxadm.Cleanup(missing))
	for _, c := range []<-chan fsnotify.Event{events, created} {
		if event, ok := receive(t, "the end", c); ok {
			t.Errorf("%v comes after the end", event)
		}
	}
	if nxadm.Events(path) != nil {
		t.Error("there are events of a file that is not watched")
	}
}

func TestEventsOfFsnotifyV1(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "")
	must(t, hpcloud.Watch(path))
	appendTo(t, path, "one\n")
	if event, ok := receive(t, "Write", hpcloud.Events(path)); !ok || event != (fsnotifyv1.Event{Name: path, Op: fsnotifyv1.Write}) {
		t.Errorf("got %v", event)
	}
	hpcloud.RemoveWatch(path)
}

func TestWatchOfNothing(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		path := filepath.Join(folder(t), "log")
		if err := m.watch(path); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("Watch says %v", err)
		}
		if err := m.watchCreate(filepath.Join(path, "log")); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("WatchCreate says %v", err)
		}
		m.remove(path)
	})
}

// TestNobodyTakesTheEvents: whoever removes the watch need not wait for that.
func TestNobodyTakesTheEvents(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		path := logFile(t, "")
		must(t, m.watch(path))
		f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		defer f.Close()
		for range 3000 {
			_, err := f.WriteString("line\n")
			must(t, err)
		}
		m.remove(path)
	})
}

func TestNoticesNeedNoReader(t *testing.T) {
	changes := nxadm.NewFileChanges()
	for range 3 {
		changes.NotifyModified()
		changes.NotifyTruncated()
		changes.NotifyDeleted()
	}
	for _, c := range []chan bool{changes.Modified, changes.Truncated, changes.Deleted} {
		if len(c) != 1 {
			t.Errorf("%d notices wait", len(c))
		}
	}
}

// TestWatchingLoop watches, rotates and stops on two busy logs at once: what has
// hung the packages that these stand in for.
func TestWatchingLoop(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		dir := folder(t)
		var logs sync.WaitGroup
		for _, name := range []string{"a", "b"} {
			logs.Go(func() {
				for range 100 {
					cycle(t, m, filepath.Join(dir, name))
				}
			})
		}
		logs.Wait()
	})
}

func cycle(t *testing.T, m module, path string) {
	var life tomb.Tomb
	defer life.Kill(nil)
	exists := blocking(m.inotify(path), &life)
	if err := errors.Join(m.watchCreate(path), os.WriteFile(path, []byte("one\n"), 0o600)); err != nil {
		t.Error(err)
	}
	if err := <-exists; err != nil {
		t.Error(err)
	}
	changes, err := m.inotify(path).ChangeEvents(&life, 0)
	if err != nil {
		t.Error(err)
		return
	}
	<-changes.Modified
	if err := errors.Join(os.Rename(path, path+".1"), os.Remove(path+".1")); err != nil {
		t.Error(err)
	}
	<-changes.Deleted
	m.remove(path)
}
