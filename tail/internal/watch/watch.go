// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package watch wakes its subscribers when a file or a folder may have changed.
//
// A wake-up says "look", never what happened, so one that is lost, late or
// doubled costs time and no data. All subscribers of a process share a single
// fsnotify watcher, because Linux gives a user only 128 inotify instances. It
// is made for the first subscriber and closed when the last one leaves.
package watch

import (
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"sync/atomic"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// A Waker is told to look. Wake is called by the goroutine that drains the
// kernel's events and must not block, nor call back into this package.
type Waker interface {
	Wake()
}

// ErrStuck means that the watcher did not answer in time and was abandoned.
var ErrStuck = errors.New("watch: the file system watcher does not answer")

// Hub shares one watcher among its subscribers.
type Hub struct {
	// Tick is how often a subscriber that is not woken looks all the same.
	// It is set before there is any.
	Tick time.Duration
	// ParkAlways makes followers park after each step where they can, for tests.
	ParkAlways bool

	open    func() (Backend, error)
	subs    atomic.Int64
	sweeper sweeper

	// ops is held while the backend is called, which may take its time. The
	// goroutines that drain the backend never take it: a backend whose Add
	// waits for its events to be taken would otherwise wait for ever.
	ops     sync.Mutex
	backend Backend // nil while nobody subscribes; guarded by ops
	drained chan struct{}
	stuck   int
	holders int
	refusal error     // why a watcher was of no use when it was last asked for
	refused time.Time // when that was

	// mu guards the tables and is held only to read or write them.
	mu     sync.Mutex
	byName map[string]*target
	byID   map[fileid.ID]*target
}

// NewHub returns a hub whose backends are made by open.
func NewHub(open func() (Backend, error)) *Hub {
	return &Hub{Tick: time.Second, open: open, byName: map[string]*target{}, byID: map[fileid.ID]*target{}}
}

// target is one watch of the backend.
type target struct {
	hub   *Hub
	name  string    // what the backend calls it in its events
	id    fileid.ID // one file or folder has one watch, whatever its names
	dir   bool
	owner *Sub // whose descriptor name refers to, if any
	subs  []*Sub
}

// Sub is one subscription.
type Sub struct {
	target *target
	waker  Waker
	base   string // only events of this name count; empty: all
	index  int32  // in target.subs; -1 once it has left
	stale  atomic.Bool
}

// Stale reports that the watch is gone, as after a rename: no further wake-up
// comes. The subscriber was woken; it closes the Sub and subscribes again.
func (s *Sub) Stale() bool { return s.stale.Load() }

// Len is the number of subscriptions.
func (h *Hub) Len() int { return int(h.subs.Load()) }

// SafetyTick bounds the harm of a wake-up that is lost. It grows with the number
// of subscriptions, so that the looks of all of them together stay cheap, and in
// few steps, so that they share moments.
func (h *Hub) SafetyTick() time.Duration {
	return time.Duration(1+max(0, h.Len()-1)/1000) * h.Tick
}

// File wakes w when the open file f, which was opened as path, may have grown,
// shrunk, or lost a name. Any number may subscribe to one file, under one name
// or several.
func (h *Hub) File(f *fileid.File, path string, id fileid.ID, w Waker) (*Sub, error) {
	defer runtime.KeepAlive(f)
	if !perFile {
		return h.Dir(filepath.Dir(path), filepath.Base(path), w)
	}
	if err := silentFile(f); err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	return h.subscribe(&Sub{waker: w}, &target{id: id}, fileName(f, path, id))
}

// Dir wakes w when something named base appears in, changes in or leaves the
// folder dir, or the folder itself goes.
func (h *Hub) Dir(dir, base string, w Waker) (*Sub, error) {
	info, err := fileid.Path(dir)
	if err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	if err := silentDir(dir); err != nil {
		return nil, fmt.Errorf("watch: %w", err)
	}
	s := &Sub{waker: w, base: FoldCase(base)}
	return h.subscribe(s, &target{id: info.ID, dir: true}, dir)
}

// subscribe makes s a subscriber of what is like t and has the name.
func (h *Hub) subscribe(s *Sub, t *target, name string) (*Sub, error) {
	h.ops.Lock()
	defer h.ops.Unlock()
	if err := h.start(); err != nil {
		return nil, err
	}
	h.displace(name, t.id)
	if h.join(s, *t, name) {
		return s, nil
	}
	err := h.call(func(b Backend) error { return b.Add(name) })
	if err == nil {
		return s, nil
	}
	h.leave(s)
	h.refuse(err)
	h.stopIfUnused()
	return nil, fmt.Errorf("watch: %w", err)
}

// displace takes the name from the watch of another file: where files are
// watched by path, a rotation gives the name to the next one.
func (h *Hub) displace(name string, id fileid.ID) {
	h.mu.Lock()
	t := h.byName[name]
	other := t != nil && t.id != id
	if other {
		h.drop(t)
	}
	h.mu.Unlock()
	if other {
		// An error means that the watch is gone already, with its file.
		_ = h.call(func(b Backend) error { return b.Remove(name) })
	}
}

// join enters s into the tables, before the backend is asked so that not even
// the first event misses it. It reports whether the watch stood already.
func (h *Hub) join(s *Sub, like target, name string) bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.subs.Add(1)
	t, stood := h.byID[like.id]
	if !stood {
		t = &target{hub: h, name: name, id: like.id, dir: like.dir, owner: s}
		h.byName[name], h.byID[t.id] = t, t
	}
	s.target, s.index = t, int32(len(t.subs)) //nolint:gosec // as many as there are followers
	t.subs = append(t.subs, s)
	return stood
}

// Close ends the subscription. When it returns, the waker is not called any
// more, and if it was the last of the hub, the hub's goroutines have ended.
func (s *Sub) Close() {
	h := s.target.hub
	h.ops.Lock()
	defer h.ops.Unlock()
	if name, unused := h.leave(s); unused {
		// An error means that the watch is gone already, with its file.
		_ = h.call(func(b Backend) error { return b.Remove(name) })
	}
	h.stopIfUnused()
}

// Hold keeps the watcher, once there is one, between the subscriptions of one
// who has none at times: the kernel takes long to make and to close it.
func (h *Hub) Hold() {
	h.ops.Lock()
	defer h.ops.Unlock()
	h.holders++
}

// Release ends a Hold. If it was the last of the hub, as of subscriptions, the
// hub's goroutines have ended when it returns.
func (h *Hub) Release() {
	h.ops.Lock()
	defer h.ops.Unlock()
	if h.holders--; h.holders == 0 {
		h.sweeper.stop()
	}
	h.stopIfUnused()
}

// leave takes s out of the tables. It reports whether the backend's watch is
// of no more use; where s owned the name of a watch that others use, those are
// told to subscribe anew.
func (h *Hub) leave(s *Sub) (name string, unused bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	t := s.target
	if s.index < 0 {
		return "", false
	}
	t.remove(s)
	h.subs.Add(-1)
	stands := h.byName[t.name] == t
	if !stands || keepDirs && t.dir {
		return "", false
	}
	if len(t.subs) == 0 || t.owner == s && !t.dir {
		h.drop(t)
		return t.name, true
	}
	return "", false
}

// remove takes s out of the subscribers, whose order is of no matter.
func (t *target) remove(s *Sub) {
	end := len(t.subs) - 1
	t.subs[s.index] = t.subs[end]
	t.subs[s.index].index = s.index
	t.subs[end] = nil
	t.subs, s.index = t.subs[:end], -1
}

// drop forgets t and tells its subscribers. The caller holds mu.
func (h *Hub) drop(t *target) {
	delete(h.byName, t.name)
	if h.byID[t.id] == t {
		delete(h.byID, t.id)
	}
	for _, s := range t.subs {
		s.stale.Store(true)
		s.waker.Wake()
	}
}
