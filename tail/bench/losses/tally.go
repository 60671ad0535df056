// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"strconv"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// tally is what a follower makes of an outside writer's numbered lines.
type tally struct {
	plan  logwriter.Plan
	seen  []int // how often each line came
	whole int   // how many lines came
	extra int   // how many came that had come before
	torn  int
	gaps  int
}

func newTally(plan logwriter.Plan) *tally {
	return &tally{plan: plan, seen: make([]int, plan.Lines+1)}
}

// quiet is how long nothing must have come, after all was written, for the rest
// to count as lost; settled is the same where there is no rest.
const quiet, settled = 3 * time.Second, 300 * time.Millisecond

// drain counts until nothing more is to be expected. The writer closes written.
func (t *tally) drain(f follower, written <-chan struct{}, p pace) {
	timer := time.NewTimer(quiet)
	for {
		timer.Reset(t.wait())
		e := f.next(timer.C)
		switch {
		case e.end:
			return
		case e.late && closed(written):
			return
		case e.late:
		default:
			t.count(e)
			p.next()
		}
	}
}

func (t *tally) wait() time.Duration {
	if t.whole-t.extra == t.plan.Lines {
		return settled
	}
	return quiet
}

func closed(c <-chan struct{}) bool {
	select {
	case <-c:
		return true
	default:
		return false
	}
}

func (t *tally) count(e event) {
	if e.gap {
		t.gaps++
		return
	}
	if e.text == header {
		return
	}
	n := t.number(e.text)
	if n == 0 {
		t.torn++
		return
	}
	if t.seen[n]++; t.seen[n] > 1 {
		t.extra++
	}
	t.whole++
}

// number is that of a line which is whole, else 0.
func (t *tally) number(text string) int {
	n, err := strconv.Atoi(text[:min(9, len(text))])
	if err != nil || n < 1 || n > t.plan.Lines || text+"\n" != t.plan.Line(n) {
		return 0
	}
	return n
}

// delivered is the number of different lines that came.
func (t *tally) delivered() int { return t.whole - t.extra }

// result has gaps only for who can report them.
func (t *tally) result(c contestant) result {
	counts := map[string]int{
		"delivered": t.delivered(),
		"lost":      t.plan.Lines - t.delivered(),
		"doubled":   t.extra,
		"torn":      t.torn,
	}
	if c.name == contestants[0].name {
		counts["gaps"] = t.gaps
	}
	return result{Counts: counts}
}

// pace slows a reader down. The zero value does not.
type pace struct {
	perSecond int
	lines     int
	begin     time.Time
}

func (p *pace) next() {
	if p.perSecond == 0 {
		return
	}
	if p.lines == 0 {
		p.begin = time.Now()
	}
	if p.lines++; p.lines%20 == 0 {
		time.Sleep(time.Until(p.begin.Add(time.Duration(p.lines) * time.Second / time.Duration(p.perSecond))))
	}
}
