// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"container/heap"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"maps"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// groupState is what a Group has. Its files and the watch refer to it and not to the
// Group, so that one which nobody has any more is closed.
type groupState struct {
	// mu is never held while a file is read, nor while a consumer has a line.
	mu       sync.Mutex
	members  map[string]*member // by keyOf their path; those that are being opened too
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
	group *groupState
	path  string    // absolute
	f     *follower // nil until it has entered
	gone  atomic.Bool

	// Guarded by the group's mu.
	entered bool // it is open, and may be made ready
	queued  bool
	turns   int8   // taken in a row
	index   int32  // in waiting; -1 while it is not there
	due     moment // where it waits
}

func newGroupState() *groupState {
	return &groupState{wake: make(signal, 1), members: map[string]*member{}, leaving: map[*member]bool{}}
}

// enqueue makes m ready. The caller holds mu.
func (g *groupState) enqueue(m *member) {
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

// Wake makes the member ready. It is called by the watch, too.
func (m *member) Wake() {
	m.group.mu.Lock()
	defer m.group.mu.Unlock()
	if m.entered {
		m.group.enqueue(m)
	}
}

func (g *groupState) remove(path string) error {
	m, err := g.member(path)
	if err != nil {
		return err
	}
	g.drop(m)
	return nil
}

func (g *groupState) drop(m *member) {
	g.mu.Lock()
	if !m.gone.Swap(true) {
		delete(g.members, keyOf(m.path))
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

func (g *groupState) finish() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.finished = true
	g.wake.Wake()
}

func (g *groupState) close() {
	g.mu.Lock()
	g.closed = true
	g.mu.Unlock()
	for _, m := range g.all() {
		g.drop(m) // again, where somebody else does so now: it waits for that
	}
	g.wake.Wake()
}

// abandon closes the files of a Group that nobody refers to any more. There is nobody
// to wake, and the goroutine that the runtime has for this is not kept.
func (g *groupState) abandon() {
	go func() {
		for _, m := range g.all() {
			m.f.close()
		}
	}()
}

// all are the open members, and those that have left and are not closed yet.
func (g *groupState) all() []*member {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.AppendSeq(g.entered(), maps.Keys(g.leaving))
}

// entered are the open members. The caller holds mu.
func (g *groupState) entered() []*member {
	return slices.DeleteFunc(slices.Collect(maps.Values(g.members)), func(m *member) bool { return !m.entered })
}

func (g *groupState) stats(path string) (Stats, error) {
	m, err := g.member(path)
	if err != nil {
		return Stats{}, err
	}
	return m.f.readStats(), nil
}

// member finds a file of the group.
func (g *groupState) member(path string) (*member, error) {
	abs, err := filepath.Abs(path)
	if err != nil {
		return nil, named(path, err)
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	if m := g.members[keyOf(abs)]; m != nil && m.entered {
		return m, nil
	}
	return nil, fmt.Errorf("tail: %s: %w in the group", path, fs.ErrNotExist)
}

func (g *groupState) buffered() int {
	if g.turn == nil || g.turn.gone.Load() {
		return 0
	}
	return g.rest.left()
}

// iterate lets one iteration at a time over the group.
func (g *groupState) iterate(run func(g *groupState, yield func(Item, error) bool) error, yield func(Item, error) bool) {
	if !g.ranging.CompareAndSwap(false, true) {
		yield(Item{}, ErrInUse)
		return
	}
	defer g.ranging.Store(false)
	if err := run(g, yield); err != nil && err != errLeft { //nolint:errorlint // never wrapped
		yield(Item{}, err)
	}
}

func (g *groupState) run(ctx context.Context, yield func(Item, error) bool) error {
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
func (g *groupState) yieldRest(ctx context.Context, yield func(Item, error) bool) error {
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
func (g *groupState) step(m *member, yield func(Item, error) bool) error {
	c, out := m.step()
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

// step is the follower's. One in which a Logger panics is to be taken again.
func (m *member) step() (c chunk, out outcome) {
	taken := false
	defer func() {
		if !taken {
			m.Wake()
		}
	}()
	c, out = m.f.step()
	taken = true
	return c, out
}

// end takes a member out that has come to its end, and yields why.
func (g *groupState) end(m *member, yield func(Item, error) bool) error {
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
func (g *groupState) again(m *member, n int) {
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
func (g *groupState) await(m *member, due moment) {
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
func (g *groupState) nextReady() (*member, time.Time, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
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
func (g *groupState) enqueueDue(now moment) {
	for len(g.waiting) > 0 && now >= g.waiting[0].due {
		g.enqueue(g.waiting[0])
	}
}

// take takes out the next member that is ready, nil where there is none. The
// caller holds mu.
func (g *groupState) take() *member {
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
func (g *groupState) pause(done <-chan struct{}, due time.Time) {
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
