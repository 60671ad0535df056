// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// A Looker is looked at by a Hub while nothing wakes it.
type Looker interface {
	// Look finds out whether there is work, and then wakes whoever does it;
	// otherwise it asks for its next turn. All lookers are looked at one after
	// the other, so it does not wait for anything. Of the Hub it may call Sweep
	// and Len alone.
	Look(now time.Time, folders *Folders)
}

// Folders tells which folder a path names, and asks the system once in
// foldersTime: many files stand in few folders. The files themselves are asked by
// their handles, which costs half as much as by their paths.
type Folders struct {
	ids   map[string]fileid.ID // the zero ID: there is none
	since time.Time
}

const foldersTime = 50 * time.Millisecond

// ID is the folder that dir named a moment before now, the zero ID where it named
// none.
func (fs *Folders) ID(dir string, now time.Time) fileid.ID {
	if now.Sub(fs.since) > foldersTime {
		fs.ids, fs.since = map[string]fileid.ID{}, now
	}
	id, ok := fs.ids[dir]
	if !ok {
		info, _ := fileid.Path(dir) // of the zero ID where there is an error
		id = info.ID
		fs.ids[dir] = id
	}
	return id
}

// Turn is the place of a Looker among the others of its Hub. The zero value is
// ready for use.
type Turn struct {
	looker Looker        // nil: it is in no slot
	at     time.Duration // the slot's
	index  int           // in the slot
}

// sweeper looks at all that is quiet in one goroutine: ten thousand files that
// nobody writes cost a stat each, and neither a timer nor a change of goroutines.
type sweeper struct {
	mu    sync.Mutex
	slots map[time.Duration][]*Turn // by when they are due, since epoch; few, as lookers share moments
	wake  chan struct{}             // there is a new slot
	quit  chan struct{}             // nil while no goroutine runs
	ended chan struct{}
}

// epoch is a time that the monotonic clock knows.
var epoch = time.Now()

// Sweep has l looked at when it is due, or earlier where it has a turn already.
// The caller holds the Hub, and calls Forget before it lets go.
func (h *Hub) Sweep(t *Turn, l Looker, due time.Time) {
	w := &h.sweeper
	w.mu.Lock()
	defer w.mu.Unlock()
	at := due.Sub(epoch)
	if t.looker != nil && t.at <= at {
		return
	}
	w.remove(t)
	if w.quit == nil {
		w.slots = map[time.Duration][]*Turn{}
		w.wake, w.quit, w.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
		go w.run(w.wake, w.quit, w.ended)
	}
	w.insert(t, l, at)
}

// Forget takes t out. Its Looker may be looked at once more at this moment.
func (h *Hub) Forget(t *Turn) {
	h.sweeper.mu.Lock()
	defer h.sweeper.mu.Unlock()
	h.sweeper.remove(t)
}

// insert puts t in a slot. The caller holds mu.
func (w *sweeper) insert(t *Turn, l Looker, at time.Duration) {
	slot, ok := w.slots[at]
	t.looker, t.at, t.index = l, at, len(slot)
	w.slots[at] = append(slot, t)
	if !ok {
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
}

// remove takes t out of its slot, if it is in one. The caller holds mu.
func (w *sweeper) remove(t *Turn) {
	if t.looker == nil {
		return
	}
	slot := w.slots[t.at]
	end := len(slot) - 1
	slot[t.index] = slot[end]
	slot[t.index].index = t.index
	slot[end] = nil
	if w.slots[t.at] = slot[:end]; end == 0 {
		delete(w.slots, t.at)
	}
	t.looker = nil
}

// stop ends the goroutine, if there is one, and waits for that.
func (w *sweeper) stop() {
	w.mu.Lock()
	quit, ended := w.quit, w.ended
	w.quit = nil
	w.mu.Unlock()
	if quit != nil {
		close(quit)
		<-ended
	}
}

// run looks at whatever is due until quit is closed.
func (w *sweeper) run(wake, quit <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	timer := time.NewTimer(0)
	defer timer.Stop()
	var folders Folders
	for {
		select {
		case <-timer.C:
		case <-wake:
		case <-quit:
			return
		}
		timer.Reset(w.sweep(quit, &folders))
	}
}

// sweep looks at all that are due and returns how long the next one has.
func (w *sweeper) sweep(quit <-chan struct{}, folders *Folders) time.Duration {
	for {
		now := time.Now()
		l, wait := w.next(now.Sub(epoch))
		if l == nil {
			return wait
		}
		select {
		case <-quit:
			return 0
		default:
			l.Look(now, folders)
		}
	}
}

// next takes one out that is due. Where there is none, it returns how long the
// first one has.
func (w *sweeper) next(now time.Duration) (Looker, time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	first := now + time.Hour
	for at, slot := range w.slots {
		if at <= now {
			l := slot[len(slot)-1].looker
			w.remove(slot[len(slot)-1])
			return l, 0
		}
		first = min(first, at)
	}
	return nil, first - now
}
