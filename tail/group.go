// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"iter"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Group follows many files in the one goroutine that ranges over its Lines.
// The files take turns, so that one which floods does not hold the others up.
// The zero value is an empty Group, ready for use.
//
// Lines is for one iteration at a time; all else may be called from anywhere,
// also while Lines runs.
type Group struct {
	// mu is never held while a file is read, nor while a consumer has a line.
	mu       sync.Mutex
	members  map[string]*member // by absolute path
	leaving  map[*member]bool   // no members any more, but not closed yet
	first    *member            // to be stepped before those that are ready
	ready    []*member          // to be stepped, in this order
	waiting  dueHeap            // the others, by the time of their next step
	wake     signal
	finished bool
	closed   bool

	ranging atomic.Bool
	turn    *member // whose rest is being yielded
	rest    chunk   // what turn has found and is not yet yielded
	cfg     *Config // that of the last file, for others that are followed alike
	asked   Config  // what it was made of
}

// member is one file of a Group. Its waker puts it among those that are ready.
type member struct {
	group *Group
	f     *follower
	gone  atomic.Bool

	// Guarded by the group's mu.
	entered bool // into the group: it may be made ready
	queued  bool
	turns   int8   // taken in a row
	index   int32  // in waiting; -1 while it is not there
	due     moment // where it waits
}

// Add puts a file into the group and starts following it. The errors are those
// of [NewReader]; a path that is in the group already is one, too.
func (g *Group) Add(path string, config Config) error {
	cfg, err := g.configOf(config)
	if err != nil {
		return named(quoted(path), err)
	}
	m := &member{group: g, index: -1}
	f, err := follow(path, cfg, m)
	if err != nil {
		return err
	}
	m.f = f
	if err := g.enter(m, config); err != nil {
		f.close()
		return err
	}
	return nil
}

func (g *Group) enter(m *member, asked Config) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.init()
	if g.closed {
		return ErrClosed
	}
	if g.finished {
		return errors.New("tail: Add after Finish")
	}
	if g.members[m.f.path] != nil {
		return fmt.Errorf("tail: %s: %w in the group", m.f.name, fs.ErrExist)
	}
	g.members[m.f.path] = m
	m.f.cfg = g.shared(m.f.cfg, asked)
	m.entered = true
	g.enqueue(m)
	return nil
}

// configOf fills the defaults in, or finds that this was done for the last file.
func (g *Group) configOf(config Config) (*Config, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.cfg != nil && config.comparable() && config == g.asked {
		return g.cfg, nil
	}
	return config.withDefaults()
}

// shared is cfg, which was made of asked, or the last one if it says the same. Where
// to start is of no more matter.
func (g *Group) shared(cfg *Config, asked Config) *Config {
	if cfg == g.cfg {
		return cfg
	}
	if cfg.Location != nil { // it is no other file's
		cfg.Location, asked.Location = nil, nil
	}
	if !asked.comparable() {
		return cfg
	}
	if g.cfg == nil || *g.cfg != *cfg {
		g.cfg, g.asked = cfg, asked
	}
	return g.cfg
}

// init makes the zero value usable. The caller holds mu.
func (g *Group) init() {
	if g.wake == nil {
		g.wake, g.members, g.leaving = make(signal, 1), map[string]*member{}, map[*member]bool{}
	}
}

// enqueue makes m ready. The caller holds mu.
func (g *Group) enqueue(m *member) {
	if m.queued || m.gone.Load() {
		return
	}
	if m.index >= 0 {
		heap.Remove(&g.waiting, int(m.index))
	}
	m.queued = true
	g.ready = append(g.ready, m)
	g.wake.Wake()
}

// Wake makes the member ready. It is called by the watch.
func (m *member) Wake() {
	m.group.mu.Lock()
	defer m.group.mu.Unlock()
	if m.entered {
		m.group.enqueue(m)
	}
}

// Remove ends the following of a file. When it returns, the file is closed and
// no line of it is yielded any more.
func (g *Group) Remove(path string) error {
	m, err := g.member(path)
	if err != nil {
		return err
	}
	g.drop(m)
	return nil
}

func (g *Group) drop(m *member) {
	g.mu.Lock()
	if !m.gone.Swap(true) {
		delete(g.members, m.f.path)
	}
	if m.index >= 0 {
		heap.Remove(&g.waiting, int(m.index))
	}
	g.leaving[m] = true
	g.mu.Unlock()
	g.wake.Wake() // Finish may have been waiting for this one
	m.f.close()
	g.mu.Lock()
	delete(g.leaving, m)
	g.mu.Unlock()
}

// Finish says that nothing more will be added: Lines ends once all files have
// ended or been removed.
func (g *Group) Finish() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.init()
	g.finished = true
	g.wake.Wake()
}

// Close ends the group. When it returns, all of its files are closed. It may
// be called from inside the loop over Lines, and again. The error is always
// nil.
func (g *Group) Close() error {
	g.mu.Lock()
	g.init()
	g.closed = true
	members := slices.AppendSeq(slices.Collect(maps.Values(g.members)), maps.Keys(g.leaving))
	g.mu.Unlock()
	for _, m := range members {
		g.drop(m) // again, where somebody else does so now: it waits for that
	}
	g.wake.Wake()
	return nil
}

// Stats returns what has been counted for a file of the group.
func (g *Group) Stats(path string) (Stats, error) {
	m, err := g.member(path)
	if err != nil {
		return Stats{}, err
	}
	return m.f.readStats(), nil
}

// member finds a file of the group.
func (g *Group) member(path string) (*member, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, named(path, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.members[abs]; m != nil {
		return m, nil
	}
	return nil, fmt.Errorf("tail: %s: %w in the group", path, fs.ErrNotExist)
}

// Buffered is the number of bytes that the iteration will yield without
// reading. Only the goroutine that iterates may ask.
func (g *Group) Buffered() int {
	if g.turn == nil {
		return 0
	}
	return g.rest.left()
}

// Lines iterates over the lines and gaps of all files as they come, waiting
// where there are none yet; Item.File says whose they are. The lines of one
// file come in its order; between files there is none.
//
// A file that fails leaves the group, and a pair with its error and Item.File
// is yielded. A pair with an error and no file is the last: the cause of ctx,
// ErrClosed after Close, ErrInUse where another iteration is under way. After
// Finish the iteration ends when no file is left. Leaving the loop leaves the
// group as it is.
func (g *Group) Lines(ctx context.Context) iter.Seq2[Item, error] {
	return g.iterate(func(yield func(Item, error) bool) error { return g.run(ctx, yield) })
}

// iterate lets one iteration at a time over the group.
func (g *Group) iterate(run func(yield func(Item, error) bool) error) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		if !g.ranging.CompareAndSwap(false, true) {
			yield(Item{}, ErrInUse)
			return
		}
		defer g.ranging.Store(false)
		if err := run(yield); err != nil && err != errLeft { //nolint:errorlint // never wrapped
			yield(Item{}, err)
		}
	}
}

func (g *Group) run(ctx context.Context, yield func(Item, error) bool) error {
	for {
		if err := g.yieldRest(ctx, yield); err != nil {
			return err
		}
		m, due, err := g.nextReady()
		switch {
		case err == errFinished: //nolint:errorlint // never wrapped
			return nil
		case err != nil:
			return err
		case m == nil:
			g.pause(ctx.Done(), due)
		default:
			if err := g.step(m, yield); err != nil {
				return err
			}
		}
	}
}

// yieldRest yields what the last step found.
func (g *Group) yieldRest(ctx context.Context, yield func(Item, error) bool) error {
	m := g.turn
	if m != nil && !g.rest.yieldAll(m.f.cfg.MaxLineSize, ctx.Done(), &m.gone, yield) {
		return errLeft
	}
	if ctx.Err() != nil {
		return context.Cause(ctx)
	}
	if m != nil { // which would keep its whole buffer alive
		g.rest, g.turn = chunk{}, nil
	}
	return nil
}

// step lets m take its turn of one chunk.
func (g *Group) step(m *member, yield func(Item, error) bool) error {
	c, out := m.f.step()
	switch out {
	case found:
		g.rest, g.turn = c, m
		g.again(m, len(c.data))
	case idle:
		g.await(m, m.f.nextDue())
	case ended:
		return g.end(m, yield)
	}
	return nil
}

// end takes a member out that has come to its end, and yields why.
func (g *Group) end(m *member, yield func(Item, error) bool) error {
	err := m.f.failure()
	if m.gone.Load() {
		return nil
	}
	g.drop(m)
	if err != nil && !yield(Item{File: &File{Path: m.f.name, Generation: m.f.readStats().Generation}}, err) {
		return errLeft
	}
	return nil
}

// again makes m ready behind the others, or before them where it did not fill
// its buffer: it is probably at its end, and gives the buffer back then.
func (g *Group) again(m *member, n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if m.queued || m.gone.Load() {
		return
	}
	m.turns++
	if n > bufSize-bufSize/8 || m.turns > maxTurns {
		m.turns = 0
		g.enqueue(m)
		return
	}
	m.queued = true
	g.first = m
}

// maxTurns is how many small chunks a member may bring in a row.
const maxTurns = 4

// await puts m among those that wait, unless it was woken meanwhile.
func (g *Group) await(m *member, due moment) {
	g.mu.Lock()
	defer g.mu.Unlock()
	m.turns = 0
	if m.queued || m.gone.Load() {
		return
	}
	m.due = due
	heap.Push(&g.waiting, m)
}

var errFinished = errors.New("finished")

// nextReady returns the member whose turn it is; where there is none, the time
// at which one will be due.
func (g *Group) nextReady() (*member, time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.init()
	if g.closed {
		return nil, time.Time{}, ErrClosed
	}
	if g.finished && len(g.members) == 0 {
		return nil, time.Time{}, errFinished
	}
	if len(g.waiting) > 0 {
		g.enqueueDue(momentOf(time.Now()))
	}
	for m := g.take(); m != nil; m = g.take() {
		if !m.gone.Load() {
			return m, time.Time{}, nil
		}
	}
	if len(g.waiting) > 0 {
		return nil, g.waiting[0].due.time(), nil
	}
	return nil, time.Time{}, nil
}

// enqueueDue makes those ready that have waited until now. The caller holds mu.
func (g *Group) enqueueDue(now moment) {
	for len(g.waiting) > 0 && now >= g.waiting[0].due {
		g.enqueue(g.waiting[0])
	}
}

// take takes out the next member that is ready, nil where there is none. The
// caller holds mu.
func (g *Group) take() *member {
	m := g.first
	if m == nil {
		if len(g.ready) == 0 {
			return nil
		}
		m, g.ready[0] = g.ready[0], nil
		g.ready = g.ready[1:]
	}
	g.first, m.queued = nil, false
	return m
}

// pause waits for a wake-up, or until due unless that is zero.
func (g *Group) pause(done <-chan struct{}, due time.Time) {
	var timeout <-chan time.Time
	if !due.IsZero() {
		t := time.NewTimer(time.Until(due))
		defer t.Stop()
		timeout = t.C
	}
	select {
	case <-g.wake:
	case <-timeout:
	case <-done:
	}
}

// dueHeap orders members by the time of their next step.
type dueHeap []*member

func (h dueHeap) Len() int           { return len(h) }
func (h dueHeap) Less(i, j int) bool { return h[i].due < h[j].due }
func (h dueHeap) Swap(i, j int) {
	h[i], h[j] = h[j], h[i]
	h[i].index, h[j].index = h[j].index, h[i].index
}

// Push is for container/heap.
func (h *dueHeap) Push(x any) {
	m := x.(*member)
	m.index = int32(len(*h)) //nolint:gosec // as many as there are files
	*h = append(*h, m)
}

// Pop is for container/heap.
func (h *dueHeap) Pop() any {
	old := *h
	m := old[len(old)-1]
	m.index = -1
	old[len(old)-1] = nil
	*h = old[:len(old)-1]
	return m
}
