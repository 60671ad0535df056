// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"os"
	"slices"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// Quiet is a file that has been read to its end, and is looked at now and then
// in case that nothing tells of a change. It does not change itself.
type Quiet struct {
	File  *os.File
	Trace fileid.Trace // when the file was last looked at
	// Folder is where the file has its name, which is that of FolderID; nil where
	// the name is of no matter.
	Folder   *Folder
	FolderID fileid.ID
	Every    time.Duration // 0: the hub's SafetyTick
}

// Turn is the place of a quiet file among the others of its Hub.
type Turn struct {
	// Waker is woken when anything is different. It is set before the first Sweep.
	Waker Waker

	quiet *Quiet
	slot  *slot
	index int32 // in the slot
	state turnState
	looks uint16 // since the waker was asked whether it is over
}

type turnState uint8

const (
	out    turnState = iota
	inSlot           // it waits
	taken            // it is being looked at
)

// slot holds those that are due at one moment.
type slot struct {
	at    time.Duration // since epoch
	turns []*Turn
}

// Folder tells which folder a path names, and asks the system only where that was
// asked longer than folderTime ago: many files stand in few folders.
type Folder struct {
	path  string
	mu    sync.Mutex
	id    fileid.ID
	asked time.Time
}

const folderTime = 50 * time.Millisecond

// ID is the folder that the path named a moment before now, the zero ID where it
// named none.
func (f *Folder) ID(now time.Time) fileid.ID {
	f.mu.Lock()
	defer f.mu.Unlock()
	if since := now.Sub(f.asked); since < 0 || since > folderTime {
		info, _ := fileid.Path(f.path) // of the zero ID where there is an error
		f.id, f.asked = info.ID, now
	}
	return f.id
}

// sweeper looks at all quiet files in one goroutine: ten thousand of them cost a
// stat each, and neither a timer nor a change of goroutines.
type sweeper struct {
	mu      sync.Mutex
	slots   []*slot // few, as files share moments; in no order
	folders map[string]*Folder
	tick    func() time.Duration
	looking sync.Mutex    // held during each look
	wake    chan struct{} // there is a new slot
	quit    chan struct{} // nil while no goroutine runs
	ended   chan struct{}
}

// epoch is a time that the monotonic clock knows, so that a change of the
// other one makes nobody wait.
var epoch = time.Now()

// NextTick is the end of the interval that now is in. Intervals of one length are the
// same for all followers: a process that wakes once for many is idle for longer. The
// clock of a test may be behind epoch.
func NextTick(now time.Time, interval time.Duration) time.Time {
	interval = max(interval, 1)
	passed := (now.Sub(epoch)%interval + interval) % interval
	return now.Add(interval - passed)
}

// Folder is the one of that path. The caller holds the Hub.
func (h *Hub) Folder(path string) *Folder {
	w := &h.sweeper
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start(h.SafetyTick)
	f := w.folders[path]
	if f == nil {
		f = &Folder{path: path}
		w.folders[path] = f
	}
	return f
}

// Sweep has a quiet file looked at regularly until anything is different. The
// caller holds the Hub, and calls Forget before it lets go.
func (h *Hub) Sweep(t *Turn, q *Quiet, now time.Time) {
	w := &h.sweeper
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start(h.SafetyTick)
	t.quiet = q
	if t.state != inSlot {
		w.insert(t, now)
	}
}

// Forget takes t out. When it returns, its file is not used any more; its waker
// may be woken once more at this moment.
func (h *Hub) Forget(t *Turn) {
	w := &h.sweeper
	w.mu.Lock()
	was := t.state
	if was == inSlot {
		w.remove(t)
	}
	t.state, t.quiet = out, nil
	w.mu.Unlock()
	if was == taken {
		w.looking.Lock() // until that look has ended
		defer w.looking.Unlock()
	}
}

// start starts the goroutine if there is none. The caller holds mu, as it does
// for insert and remove.
func (w *sweeper) start(tick func() time.Duration) {
	if w.quit != nil {
		return
	}
	w.tick = tick
	w.slots, w.folders = nil, map[string]*Folder{}
	w.wake, w.quit, w.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go w.run(w.wake, w.quit, w.ended)
}

// insert puts t in the slot of its next look.
func (w *sweeper) insert(t *Turn, now time.Time) {
	every := t.quiet.Every
	if every == 0 {
		every = w.tick()
	}
	t.slot = w.slotAt(NextTick(now, every).Sub(epoch))
	t.state, t.index = inSlot, int32(len(t.slot.turns)) //nolint:gosec // as many as there are files
	t.slot.turns = append(t.slot.turns, t)
}

func (w *sweeper) slotAt(at time.Duration) *slot {
	for _, s := range w.slots {
		if s.at == at {
			return s
		}
	}
	s := &slot{at: at}
	w.slots = append(w.slots, s)
	select {
	case w.wake <- struct{}{}:
	default:
	}
	return s
}

// remove takes t out of its slot.
func (w *sweeper) remove(t *Turn) {
	s := t.slot
	end := len(s.turns) - 1
	s.turns[t.index] = s.turns[end]
	s.turns[t.index].index = t.index
	s.turns[end] = nil
	s.turns, t.slot = s.turns[:end], nil
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
	var asker fileid.Asker
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-wake:
		case <-quit:
			return
		}
		due, wait := w.first(time.Since(epoch))
		for due != nil && w.sweep(due, &asker, quit) {
			due, wait = w.first(time.Since(epoch))
		}
		timer.Reset(wait)
	}
}

// first takes out a slot that is due or, where there is none, tells how long the
// next one has.
func (w *sweeper) first(now time.Duration) (due *slot, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	next := now + time.Hour
	for i, s := range w.slots {
		if s.at <= now {
			w.slots = slices.Delete(w.slots, i, i+1)
			return s, 0
		}
		next = min(next, s.at)
	}
	return nil, next - now
}

// sweep looks at all that are in a slot. It reports false when quit is closed.
func (w *sweeper) sweep(due *slot, asker *fileid.Asker, quit <-chan struct{}) bool {
	for {
		t, q := w.take(due)
		if t == nil {
			return true
		}
		select {
		case <-quit:
			return false
		default:
		}
		now := time.Now()
		w.looking.Lock()
		same := q.same(asker, now) && !t.over(q)
		w.looking.Unlock()
		w.giveBack(t, same, now)
		if !same {
			t.Waker.Wake()
		}
	}
}

// over asks the Waker whether it is to be woken, if it has something to say about
// that: every second, or at each look where that is later, as much of a look is what
// this costs. Only the sweeper asks.
func (t *Turn) over(q *Quiet) bool {
	if t.looks++; t.looks > 0 && q.Every > 0 && time.Duration(t.looks+1)*q.Every <= OverEvery {
		return false
	}
	t.looks = 0
	w, ok := t.Waker.(interface{ Over() bool })
	return ok && w.Over()
}

// OverEvery is how often a Waker is asked whether it is over, where its file is looked
// at so often.
const OverEvery = time.Second

// take takes one out of a slot.
func (w *sweeper) take(due *slot) (*Turn, *Quiet) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(due.turns) == 0 {
		return nil, nil
	}
	t := due.turns[len(due.turns)-1]
	w.remove(t)
	t.state = taken
	return t, t.quiet
}

// giveBack puts one in a slot again that is to be looked at again, unless it was
// forgotten or has a slot already.
func (w *sweeper) giveBack(t *Turn, again bool, now time.Time) {
	w.mu.Lock()
	defer w.mu.Unlock()
	switch {
	case t.state != taken:
	case again:
		w.insert(t, now)
	default:
		t.state = out
	}
}

// same reports whether the file is what it was, and still has its name.
func (q *Quiet) same(asker *fileid.Asker, now time.Time) bool {
	trace, err := asker.Trace(q.File)
	return err == nil && trace == q.Trace && (q.Folder == nil || q.Folder.ID(now) == q.FolderID)
}
