// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"cmp"
	"math"
	"slices"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// Quiet is a file that has been read to its end, and is looked at now and then
// in case that nothing tells of a change. It does not change itself.
type Quiet struct {
	File  *fileid.File
	Trace fileid.Trace // when the file was last looked at
	// Folder is where the file has its name, which is that of FolderID; nil where
	// the name is of no matter.
	Folder   *Folder
	FolderID fileid.ID
	Every    time.Duration // 0: the hub's SafetyTick
}

// Turn is the turn of a quiet file to be looked at by its Hub.
type Turn struct {
	// Waker is woken when anything is different. It is set before the first Sweep.
	Waker Waker

	round *round // nil while it is in none
	index int32  // in the round
}

// round holds the files that are looked at equally often, and at the same moments.
type round struct {
	every  time.Duration // 0: the hub's SafetyTick
	next   time.Duration // since epoch
	looks  int           // since the wakers were asked whether they are over
	places []place
}

// place has what a look at a file that has not changed needs: these stand side by
// side, while each Turn and its Waker would have to be fetched from somewhere.
type place struct {
	turn  *Turn
	quiet *Quiet
	fd    uintptr
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
	rounds  []*round // few
	folders map[string]*Folder
	most    int // of them, before those are left out that no file is in any more
	tick    func() time.Duration
	current *Turn         // is being looked at
	looked  sync.Cond     // of mu: current is another
	wake    chan struct{} // a round begins earlier than was known
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
		if len(w.folders) >= w.most {
			w.tidy()
		}
		f = &Folder{path: path}
		w.folders[path] = f
	}
	return f
}

// tidy leaves out the folders of files that have left. One that is just going to be used
// is made again for the next file in it. The caller holds mu.
func (w *sweeper) tidy() {
	w.folders = map[string]*Folder{}
	for _, r := range w.rounds {
		for _, p := range r.places {
			if f := p.quiet.Folder; f != nil {
				w.folders[f.path] = f
			}
		}
	}
	w.most = 2*len(w.folders) + fewFolders
}

// fewFolders are kept in any case.
const fewFolders = 64

// Sweep has a quiet file looked at regularly until anything is different. The
// caller holds the Hub, and calls Forget before it closes the file.
func (h *Hub) Sweep(t *Turn, q *Quiet) {
	w := &h.sweeper
	w.mu.Lock()
	defer w.mu.Unlock()
	w.start(h.SafetyTick)
	p, r := place{turn: t, quiet: q, fd: q.File.Fd()}, w.round(q.Every, time.Now())
	if t.round == r {
		r.places[t.index] = p
		return
	}
	t.leave()
	t.round, t.index = r, int32(len(r.places)) //nolint:gosec // as many as there are files
	r.places = append(r.places, p)
}

// Forget takes t out. When it returns, its file is not used any more; its waker
// may be woken once more at this moment.
func (h *Hub) Forget(t *Turn) {
	w := &h.sweeper
	w.mu.Lock()
	defer w.mu.Unlock()
	t.leave()
	for w.current == t {
		w.looked.Wait()
	}
}

// leave takes t out of its round, if it is in one. The caller holds mu.
func (t *Turn) leave() {
	r := t.round
	if r == nil {
		return
	}
	end := len(r.places) - 1
	r.places[t.index] = r.places[end]
	r.places[t.index].turn.index = t.index
	r.places[end] = place{}
	r.places, t.round = r.places[:end], nil
	if end < cap(r.places)/4 {
		r.places = slices.Clone(r.places)
	}
}

// start starts the goroutine if there is none. The caller holds mu.
func (w *sweeper) start(tick func() time.Duration) {
	if w.quit != nil {
		return
	}
	w.tick, w.looked.L = tick, &w.mu
	w.folders, w.most = map[string]*Folder{}, fewFolders
	w.wake, w.quit, w.ended = make(chan struct{}, 1), make(chan struct{}), make(chan struct{})
	go w.run(w.wake, w.quit, w.ended)
}

// round is the one of that interval. The caller holds mu.
func (w *sweeper) round(every time.Duration, now time.Time) *round {
	i := slices.IndexFunc(w.rounds, func(r *round) bool { return r.every == every })
	if i < 0 {
		i = len(w.rounds)
		w.rounds = append(w.rounds, &round{every: every, next: math.MaxInt64})
	}
	r := w.rounds[i]
	if next := w.after(r, now); next < r.next { // it is new, or the SafetyTick is shorter than it was
		r.next = next
		select {
		case w.wake <- struct{}{}:
		default:
		}
	}
	return r
}

// after is when a round begins next.
func (w *sweeper) after(r *round, now time.Time) time.Duration {
	every := r.every
	if every == 0 {
		every = w.tick()
	}
	return NextTick(now, every).Sub(epoch)
}

// stop ends the goroutine, if there is one, and waits for that.
func (w *sweeper) stop() {
	w.mu.Lock()
	quit, ended := w.quit, w.ended
	w.quit = nil
	w.mu.Unlock()
	if quit == nil {
		return
	}
	close(quit)
	<-ended
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rounds, w.folders, w.current = nil, nil, nil // nobody waits
}

// run looks at whatever is due until quit is closed.
func (w *sweeper) run(wake, quit <-chan struct{}, ended chan<- struct{}) {
	defer close(ended)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-timer.C:
		case <-wake:
		case <-quit:
			return
		}
		due, wait := w.first(time.Now())
		for due != nil && w.sweep(due, quit) {
			due, wait = w.first(time.Now())
		}
		timer.Reset(wait)
	}
}

// first finds the round that has been due for longest, and when it comes again; where
// there is none, it tells how long the next one has.
func (w *sweeper) first(now time.Time) (due *round, wait time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.rounds = slices.DeleteFunc(w.rounds, func(r *round) bool { return len(r.places) == 0 })
	if len(w.rounds) == 0 {
		return nil, time.Hour // it is woken before
	}
	r := slices.MinFunc(w.rounds, func(a, b *round) int { return cmp.Compare(a.next, b.next) })
	if wait = r.next - now.Sub(epoch); wait > 0 {
		return nil, wait
	}
	r.next = w.after(r, now)
	return r, 0
}

// sweep looks at all that are in a round, the last one first: where one leaves
// meanwhile, the last takes its place. It reports false when quit is closed.
func (w *sweeper) sweep(r *round, quit <-chan struct{}) bool {
	ask := r.asks()
	for i := math.MaxInt; ; {
		select {
		case <-quit:
			return false
		default:
		}
		var p place
		if p, i = w.before(r, i); p.turn == nil {
			return true
		}
		if !p.same(time.Now()) || ask && over(p.turn.Waker) {
			w.end(p)
			p.turn.Waker.Wake()
		}
	}
}

// before is the place before the one of that index, or the last one; it is current.
func (w *sweeper) before(r *round, i int) (place, int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	var p place
	if i = min(i, len(r.places)) - 1; i >= 0 {
		p = r.places[i]
	}
	w.lookAt(p.turn)
	return p, i
}

// lookAt makes t current. The caller holds mu.
func (w *sweeper) lookAt(t *Turn) {
	w.current = t
	w.looked.Broadcast()
}

// end takes one out whose file is different, unless it has another one by now.
func (w *sweeper) end(p place) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.lookAt(nil)
	if t := p.turn; t.round != nil && t.round.places[t.index].quiet == p.quiet {
		t.leave()
	}
}

// asks reports whether the wakers are to be asked now whether they are over: every
// second, or at each look where that is later, as much of a look is what this costs.
func (r *round) asks() bool {
	if r.looks++; r.every > 0 && time.Duration(r.looks+1)*r.every <= OverEvery {
		return false
	}
	r.looks = 0
	return true
}

// OverEvery is how often a Waker is asked whether it is over, where its file is looked
// at so often.
const OverEvery = time.Second

// over asks a Waker whether it is to be woken, if it has something to say about that.
func over(w Waker) bool {
	o, ok := w.(interface{ Over() bool })
	return ok && o.Over()
}

// same reports whether the file is what it was, and still has its name.
func (p place) same(now time.Time) bool {
	q := p.quiet
	trace, err := fileid.TraceOf(p.fd, q.File)
	return err == nil && trace == q.Trace && (q.Folder == nil || q.Folder.ID(now) == q.FolderID)
}
