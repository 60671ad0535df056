// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"errors"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/fsnotify/fsnotify"
)

// keepFolders: on Windows a watch that is removed may make those beside it
// fail, so there folders are watched until nobody needs the watcher.
const keepFolders = runtime.GOOS == "windows"

// patience is how long fsnotify may take to answer.
const patience = 5 * time.Second

var errStuck = errors.New("watch: the file system watcher does not answer")

// hub shares one fsnotify.Watcher, which watches folders. The watcher is made
// for the first subscriber and closed when the last one leaves. The zero value
// is ready for use.
//
// Two goroutines drain the watcher. They never take ops: a watcher whose Add
// waits for its events to be taken would wait for ever otherwise.
type hub struct {
	ops     sync.Mutex        // held while the watcher is called
	watcher *fsnotify.Watcher // nil while nobody subscribes; guarded by ops
	drained chan struct{}     // closed when both goroutines have ended

	mu      sync.Mutex // held to read or write what follows, and for nothing else
	subs    map[*sub]struct{}
	watched map[string]bool // the folders
}

// sub is one subscription to a name in a folder.
type sub struct {
	folder, base string
	name         string            // as it was given, cleaned
	wake         chan struct{}     // capacity one: "look"
	tell         func(fsnotify.Op) // must not block; may be nil
	ended        chan struct{}     // closed by end
}

// join subscribes to a name. Its folder must exist.
func (h *hub) join(name string, tell func(fsnotify.Op)) (*sub, error) {
	folder, err := filepath.Abs(filepath.Dir(name))
	if err != nil {
		return nil, err
	}
	// One folder has one watch in Linux, whatever its names.
	if folder, err = filepath.EvalSymlinks(folder); err != nil {
		return nil, err
	}
	s := &sub{
		folder: folder, base: filepath.Base(name), name: filepath.Clean(name),
		wake: make(chan struct{}, 1), tell: tell, ended: make(chan struct{}),
	}
	h.ops.Lock()
	defer h.ops.Unlock()
	if err := h.add(s); err != nil {
		h.drop(s)
		h.stopIfUnused()
		return nil, err
	}
	return s, nil
}

// add enters s before the watcher is asked, so that not even the first event
// misses it. The caller holds ops.
func (h *hub) add(s *sub) error {
	if h.watcher == nil {
		w, err := fsnotify.NewWatcher()
		if err != nil {
			return err
		}
		h.watcher, h.drained = w, make(chan struct{})
		go h.drain(w, h.drained)
	}
	h.mu.Lock()
	if h.subs == nil {
		h.subs, h.watched = map[*sub]struct{}{}, map[string]bool{}
	}
	h.subs[s] = struct{}{}
	stands := h.watched[s.folder]
	h.watched[s.folder] = true
	h.mu.Unlock()
	if stands {
		return nil
	}
	return h.call(func(w *fsnotify.Watcher) error { return w.Add(s.folder) })
}

// leave ends a subscription. If it was the last one, the hub's goroutines have
// ended when leave returns.
func (h *hub) leave(s *sub) {
	h.ops.Lock()
	defer h.ops.Unlock()
	h.drop(s)
	h.stopIfUnused()
}

// drop takes s out, and its folder where nobody else needs it. The caller holds
// ops.
func (h *hub) drop(s *sub) {
	h.mu.Lock()
	delete(h.subs, s)
	unused := h.watched[s.folder] && !keepFolders
	for other := range h.subs {
		unused = unused && other.folder != s.folder
	}
	if unused {
		delete(h.watched, s.folder)
	}
	h.mu.Unlock()
	if unused {
		// An error means that the watch is gone already, with its folder.
		_ = h.call(func(w *fsnotify.Watcher) error { return w.Remove(s.folder) })
	}
}

// stopIfUnused closes a watcher that nobody needs. The caller holds ops, so
// nobody can join meanwhile.
func (h *hub) stopIfUnused() {
	h.mu.Lock()
	used := len(h.subs) > 0
	h.mu.Unlock()
	if used || h.watcher == nil {
		return
	}
	drained := h.drained
	_ = h.call(func(w *fsnotify.Watcher) error {
		err := w.Close()
		<-drained
		return err
	})
	h.forget()
}

// call has the watcher do something in bounded time: one that does not answer
// is left to itself. The caller holds ops.
func (h *hub) call(op func(*fsnotify.Watcher) error) error {
	w := h.watcher
	if w == nil {
		return errStuck
	}
	done := make(chan error, 1)
	go func() { done <- op(w) }()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case err := <-done:
		return err
	case <-timeout.C:
		h.forget()
		return errStuck
	}
}

// forget leaves the watcher. Subscribers that are left look by themselves. The
// caller holds ops.
func (h *hub) forget() {
	h.watcher = nil
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.watched)
}

// drain takes what the watcher tells, until it is closed.
func (h *hub) drain(w *fsnotify.Watcher, drained chan<- struct{}) {
	defer close(drained)
	var errs sync.WaitGroup
	errs.Go(func() {
		for range w.Errors {
			h.wakeAll() // an overflow, say: anything may have happened
		}
	})
	for event := range w.Events {
		h.dispatch(event)
	}
	errs.Wait()
}

// dispatch tells those whom the event is about. A folder that is gone has lost
// its watch.
func (h *hub) dispatch(event fsnotify.Event) {
	folder, base := filepath.Dir(event.Name), filepath.Base(event.Name)
	h.mu.Lock()
	defer h.mu.Unlock()
	if event.Has(fsnotify.Remove) || event.Has(fsnotify.Rename) {
		delete(h.watched, event.Name)
	}
	for s := range h.subs {
		switch {
		case s.folder == event.Name:
			s.look()
		case s.folder == folder && sameName(s.base, base):
			s.look()
			if s.tell != nil {
				s.tell(event.Op)
			}
		}
	}
}

func (h *hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		s.look()
	}
}

// end tells all subscribers to a name that it is watched no more.
func (h *hub) end(name string) {
	h.mu.Lock()
	defer h.mu.Unlock()
	for s := range h.subs {
		if s.name == name {
			delete(h.subs, s) // so that ended is closed once
			close(s.ended)
		}
	}
}

func (s *sub) look() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

// sameName compares names as the file system does.
func sameName(a, b string) bool {
	return a == b || runtime.GOOS == "windows" && strings.EqualFold(a, b)
}
