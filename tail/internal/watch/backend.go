// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"errors"
	"sync"
	"syscall"
	"time"

	"github.com/fsnotify/fsnotify"
)

// A Backend is what the hub needs of an fsnotify.Watcher. Tests put one in its
// place that loses events, refuses watches or never answers.
type Backend interface {
	Add(name string) error
	Remove(name string) error
	Close() error
	// Events and Errors are closed by Close.
	Events() <-chan fsnotify.Event
	Errors() <-chan error
}

// Default is the hub that this process shares.
var Default = NewHub(Fsnotify)

// Fsnotify makes the backend for real use.
func Fsnotify() (Backend, error) {
	w, err := fsnotify.NewWatcher()
	if err != nil {
		return nil, err
	}
	return kernel{w}, nil
}

type kernel struct{ *fsnotify.Watcher }

func (k kernel) Events() <-chan fsnotify.Event { return k.Watcher.Events }
func (k kernel) Errors() <-chan error          { return k.Watcher.Errors }

// patience bounds each call of a backend. On Windows Add, Remove and Close can
// wait for ever; elsewhere they take microseconds.
const patience = 5 * time.Second

// maxStuck backends are abandoned before the hub gives up on making new ones:
// each leaves goroutines behind that wait for the kernel.
const maxStuck = 3

// start makes the backend if there is none. The caller holds ops.
func (h *Hub) start() error {
	if h.backend != nil {
		return nil
	}
	if h.stuck >= maxStuck {
		return ErrStuck
	}
	if h.refusal != nil && time.Since(h.refused) < refusalTime {
		return h.refusal
	}
	b, err := h.open()
	if h.refuse(err); err != nil {
		return err
	}
	h.backend, h.drained = b, make(chan struct{})
	go h.drain(b, h.drained)
	return nil
}

// refusalTime is how long the kernel is not asked for a watcher again after one
// could not be had, or was of no use: a thousand files that begin to be followed
// together do not ask one by one.
const refusalTime = time.Second

// refuse notes that a limit of the kernel's is reached, if err says so.
func (h *Hub) refuse(err error) {
	h.refusal, h.refused = nil, time.Now()
	for _, limit := range []error{syscall.EMFILE, syscall.ENFILE, syscall.ENOSPC, syscall.ENOMEM} {
		if errors.Is(err, limit) {
			h.refusal = err
		}
	}
}

// drain takes all that b sends until Close closes its channels. Neither of its
// two goroutines ever waits for anything but b.
func (h *Hub) drain(b Backend, drained chan<- struct{}) {
	defer close(drained)
	var wg sync.WaitGroup
	wg.Go(func() {
		for range b.Errors() {
			h.wakeAll() // an overflow, say: anything may have happened
		}
	})
	for ev := range b.Events() {
		h.dispatch(ev)
	}
	wg.Wait()
}

// call runs op in bounded time. The caller holds ops.
func (h *Hub) call(op func(Backend) error) error {
	b := h.backend
	if b == nil {
		return ErrStuck
	}
	done := make(chan error, 1)
	go func() { done <- op(b) }()
	timeout := time.NewTimer(patience)
	defer timeout.Stop()
	select {
	case err := <-done:
		return err
	case <-timeout.C:
		h.abandon()
		return ErrStuck
	}
}

// abandon leaves a backend that does not answer to itself; its subscribers are
// told that their watches are gone. The caller holds ops.
func (h *Hub) abandon() {
	h.backend = nil
	h.stuck++
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.byName {
		h.drop(t)
	}
}

// stopIfUnused closes the backend that nobody uses and waits for the drainers.
// The caller holds ops, so nobody can subscribe meanwhile.
func (h *Hub) stopIfUnused() {
	if h.backend == nil || h.subs.Load() > 0 || h.holders > 0 {
		return
	}
	drained := h.drained
	err := h.call(func(b Backend) error {
		err := b.Close()
		<-drained
		return err
	})
	if err == ErrStuck { //nolint:errorlint // our own, from the line above
		return
	}
	h.backend = nil
	h.mu.Lock()
	defer h.mu.Unlock()
	clear(h.byName) // folders whose watch was kept
	clear(h.byID)
}

// dispatch wakes those whom ev may concern.
func (h *Hub) dispatch(ev fsnotify.Event) {
	h.mu.Lock()
	defer h.mu.Unlock()
	if t := h.byName[ev.Name]; t != nil {
		t.wake("")
		if ev.Has(fsnotify.Rename) || ev.Has(fsnotify.Remove) {
			h.drop(t) // the backend has dropped the watch itself
		}
	}
	dir, base := split(ev.Name)
	if t := h.byName[dir]; t != nil {
		t.wake(FoldCase(base))
	}
}

func (h *Hub) wakeAll() {
	h.mu.Lock()
	defer h.mu.Unlock()
	for _, t := range h.byName {
		t.wake("")
	}
}

// wake wakes the subscribers of the name base, or all of them.
func (t *target) wake(base string) {
	for _, s := range t.subs {
		if base == "" || s.base == "" || s.base == base {
			s.waker.Wake()
		}
	}
}
