// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package watch tells of changes to files, for programs that were written for
// the watch packages of nxadm/tail and hpcloud/tail. Package tail does not use
// it.
package watch

import (
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// Tracker watches files by name and hands events on, of a type E: the two
// packages that this one serves have one each.
type Tracker[E any] struct {
	event func(name string, op fsnotify.Op) E
	hub   hub

	mu     sync.Mutex // held to add and remove queues, never by whoever drains the watcher
	queues map[string]*queue[E]
}

// NewTracker returns a tracker whose events are made by event.
func NewTracker[E any](event func(name string, op fsnotify.Op) E) *Tracker[E] {
	return &Tracker[E]{event: event, queues: map[string]*queue[E]{}}
}

// File returns a file of whose changes the kernel tells. Where it does not, the
// file is looked at every interval.
func (t *Tracker[E]) File(name string, interval time.Duration) File {
	return File{name: name, interval: positive(interval), hub: &t.hub}
}

// Watch begins to watch a file, which must exist. A file that is watched
// already is left as it is.
func (t *Tracker[E]) Watch(name string) error {
	if _, err := os.Stat(name); err != nil {
		return err
	}
	return t.WatchCreate(name)
}

// WatchCreate is Watch for a file that may be missing; its folder must exist.
func (t *Tracker[E]) WatchCreate(name string) error {
	name = filepath.Clean(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.queues[name] != nil {
		return nil
	}
	q := newQueue[E]()
	s, err := t.hub.join(name, func(op fsnotify.Op) { q.put(t.event(name, op)) })
	if err != nil {
		return err
	}
	q.leave = func() { t.hub.leave(s) }
	t.queues[name] = q
	go q.pump()
	return nil
}

// Events returns the channel that gets the events of a file, nil where it is
// not watched. Remove closes it.
func (t *Tracker[E]) Events(name string) <-chan E {
	t.mu.Lock()
	defer t.mu.Unlock()
	if q := t.queues[filepath.Clean(name)]; q != nil {
		return q.out
	}
	return nil
}

// Remove ends the watching of a file. When it returns, the channel of its events
// is closed. Whoever waits for the file by [File.BlockUntilExists] gets ErrClosed,
// and [File.ChangeEvents] ends.
func (t *Tracker[E]) Remove(name string) {
	name = filepath.Clean(name)
	t.mu.Lock()
	defer t.mu.Unlock()
	t.hub.end(name)
	if q := t.queues[name]; q != nil {
		delete(t.queues, name)
		q.leave()
		q.close()
	}
}
