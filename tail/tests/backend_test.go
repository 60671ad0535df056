// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// layer is a watch layer that behaves as a test says. Its zero value accepts
// every watch and never tells of anything.
type layer struct {
	// add and remove run in the calls of that name; nil does nothing.
	add, remove func(b *backend, name string) error
	// closing runs in Close.
	closing func(b *backend)
	// refusal is the error of making a backend.
	refusal error

	mu     sync.Mutex
	opened []*backend
}

// open makes a backend, for [watch.NewHub].
func (l *layer) open() (watch.Backend, error) {
	if l.refusal != nil {
		return nil, l.refusal
	}
	b := &backend{
		layer: l, events: make(chan fsnotify.Event), errors: make(chan error),
		quit: make(chan struct{}), watched: map[string]bool{},
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	l.opened = append(l.opened, b)
	return b, nil
}

// backends returns those that were made.
func (l *layer) backends() []*backend {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Clone(l.opened)
}

// last is the backend that was made last.
func (l *layer) last() *backend {
	all := l.backends()
	return all[len(all)-1]
}

// refuseWatches is what the kernel does where a user has too many.
func (l *layer) refuseWatches() {
	l.add = func(*backend, string) error { return syscall.ENOSPC }
}

// end closes all backends, those that were abandoned too.
func (l *layer) end() {
	for _, b := range l.backends() {
		b.shut()
	}
}

// backend is what a layer makes. Its channels have no buffer: a call that sends
// waits until somebody takes what it sent, as in fsnotify.
type backend struct {
	layer  *layer
	events chan fsnotify.Event
	errors chan error

	sending  sync.RWMutex // held for writing while the channels are closed
	quit     chan struct{}
	quitting sync.Once

	mu      sync.Mutex
	watched map[string]bool
	adds    []string // names, in the order of the calls that succeeded
}

func (b *backend) Events() <-chan fsnotify.Event { return b.events }
func (b *backend) Errors() <-chan error          { return b.errors }

func (b *backend) Add(name string) error {
	if b.layer.add != nil {
		if err := b.layer.add(b, name); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.watched[name] = true
	b.adds = append(b.adds, name)
	return nil
}

func (b *backend) Remove(name string) error {
	if b.layer.remove != nil {
		if err := b.layer.remove(b, name); err != nil {
			return err
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if !b.watched[name] {
		return fsnotify.ErrNonExistentWatch
	}
	delete(b.watched, name)
	return nil
}

func (b *backend) Close() error {
	if b.layer.closing != nil {
		b.layer.closing(b)
	}
	b.shut()
	return nil
}

func (b *backend) shut() {
	b.quitting.Do(func() {
		close(b.quit)
		b.sending.Lock()
		defer b.sending.Unlock()
		close(b.events)
		close(b.errors)
	})
}

// closed reports whether Close was called and came to its end.
func (b *backend) closed() bool {
	select {
	case <-b.quit:
		return true
	default:
		return false
	}
}

// send sends an event and waits until it is taken.
func (b *backend) send(name string, op fsnotify.Op) {
	b.sending.RLock()
	defer b.sending.RUnlock()
	if b.closed() {
		return
	}
	select {
	case b.events <- fsnotify.Event{Name: name, Op: op}:
	case <-b.quit:
	}
}

// sendLate sends an event after that time, unless the backend ends before.
func (b *backend) sendLate(name string, after time.Duration) {
	select {
	case <-time.After(after):
		b.send(name, fsnotify.Write)
	case <-b.quit:
	}
}

// fail sends an error and waits until it is taken.
func (b *backend) fail(err error) {
	b.sending.RLock()
	defer b.sending.RUnlock()
	if b.closed() {
		return
	}
	select {
	case b.errors <- err:
	case <-b.quit:
	}
}

// added returns the names that were added, in order.
func (b *backend) added() []string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return slices.Clone(b.adds)
}

// standing is the number of watches.
func (b *backend) standing() int {
	b.mu.Lock()
	defer b.mu.Unlock()
	return len(b.watched)
}

// isDescriptor reports whether name is that of an open file.
func isDescriptor(name string) bool { return strings.HasPrefix(name, "/proc/") }

// inBubble runs a test where time passes only while everybody waits, so that
// not even five seconds take any. What l left behind is ended afterwards.
func inBubble(t *testing.T, test func(t *testing.T, l *layer)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		l := &layer{}
		t.Cleanup(l.end)
		test(t, l)
	})
}

// never is for calls that do not return while the test runs.
func never(t *testing.T) func(*backend, string) error {
	released := make(chan struct{})
	t.Cleanup(func() { close(released) })
	return func(*backend, string) error {
		<-released
		return fsnotify.ErrClosed
	}
}
