// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"sync"
	"time"
)

// goroutine is that of a Tail. While its follower is parked there is none, as
// most of the memory would be its stack: a wake-up, or the time of the next step,
// starts it anew.
type goroutine struct {
	t     *Tail
	wake  signal          // while it runs
	dying <-chan struct{} // of the Tomb

	// mu is held for moments only. While parked is set, what belongs to the
	// goroutine belongs to whoever holds mu.
	mu     sync.Mutex
	parked bool
	asking int         // calls of Tell that the goroutine has not answered
	alarm  *time.Timer // while parked
}

// Wake wakes the goroutine, or starts it. It is called by the watch, and at the
// end of the goroutine's life to no effect.
func (g *goroutine) Wake() {
	g.mu.Lock()
	defer g.mu.Unlock()
	if !g.parked {
		g.wake.Wake()
		return
	}
	g.alarm.Stop()
	g.parked, g.alarm = false, nil
	go g.t.run()
}

// park reports whether the goroutine is to end, as nothing has to be done before
// due.
func (g *goroutine) park(due time.Time) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if len(g.wake) > 0 || g.asking > 0 || g.t.killed() {
		return false
	}
	g.parked, g.alarm = true, time.AfterFunc(time.Until(due), g.Wake)
	return true
}

// Over is asked by the watch every second or so: nothing else tells that the embedded
// Tomb was killed.
func (g *goroutine) Over() bool {
	select {
	case <-g.dying:
		return !g.t.atEOF.Load()
	default:
		return false
	}
}

// ask begins a question to the goroutine, or answers it where there is none.
func (g *goroutine) ask() (end int64, answered bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.parked {
		return g.t.told().end, true
	}
	g.asking++
	return 0, false
}

// answered ends a question.
func (g *goroutine) answered() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.asking--
}
