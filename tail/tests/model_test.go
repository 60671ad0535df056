// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"iter"
	"math/rand/v2"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// modelVariable says for how long TestModel goes on, in both modes together.
const modelVariable = "TAIL_MODEL"

// TestModel: whatever is done to a log, in whatever order, and whatever the
// reader does meanwhile, what comes out keeps the promises in
// model_judge_test.go. A sequence of actions that breaks one is shrunk to the
// smallest that still does.
//
// The actions are in model_actions_test.go, what they do to the files in
// model_writer_test.go, the reader in model_reader_test.go, and what it reads by in
// model_ways_test.go.
func TestModel(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		n := 0
		for seed := range modelSeeds(t) {
			s := randomSequence(seed)
			if fault := s.run(cfg); fault != "" {
				t.Fatal(report(s, fault, cfg))
			}
			n++
		}
		t.Logf("%d sequences", n)
	})
}

// fixedSeeds take some seconds in each mode.
const fixedSeeds = 40

// modelSeeds yields seeds that are always the same, so that a change is judged
// by what it changes, and then, where the environment says for how long, random
// ones until half of that time is over; or the one that the environment names.
func modelSeeds(t *testing.T) iter.Seq[uint64] {
	t.Helper()
	var limit time.Duration
	if s := os.Getenv(modelVariable); s != "" {
		var err error
		if limit, err = time.ParseDuration(s); err != nil {
			t.Fatal(err)
		}
	}
	if s := os.Getenv(seedVariable); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		return func(yield func(uint64) bool) { yield(seed) }
	}
	end := time.Now().Add(limit / 2)
	return func(yield func(uint64) bool) {
		for seed := range uint64(fixedSeeds) {
			if !yield(seed + 1) {
				return
			}
		}
		for time.Now().Before(end) && yield(rand.Uint64()) {
			continue
		}
	}
}

// sequence is what is done, one step after another, and the conditions under
// which it is done. It is made from its seed.
type sequence struct {
	seed   uint64
	naming naming
	linked bool          // the path is a symbolic link
	exists bool          // the log is there when the reader begins
	copies bool          // it is rotated by copytruncate alone
	grace  time.Duration // none, a short one, or one that does not end
	way    wayIn         // by which it is read
	steps  []step
}

// step is an action and its number, where it has one.
type step struct {
	action
	n int
}

// longGrace does not end while a sequence runs.
const longGrace = time.Minute

// randomSequence makes up a sequence. Each draws on some of the actions only:
// what is rare among all is then common in some.
func randomSequence(seed uint64) sequence {
	rnd := rand.New(rand.NewPCG(seed, 0))
	s := sequence{
		seed:   seed,
		naming: namings[rnd.IntN(len(namings))],
		linked: rnd.IntN(4) == 0 && onUnix,
		exists: rnd.IntN(2) == 0,
		copies: rnd.IntN(5) == 0,
		grace:  []time.Duration{-1, time.Millisecond, longGrace}[rnd.IntN(3)],
		way:    wayIn(rnd.IntN(3)),
	}
	s.copies = s.copies && !s.naming.counts()
	menu := randomMenu(rnd, s)
	for range 3 + rnd.IntN(30) {
		a := menu[rnd.IntN(len(menu))]
		s.steps = append(s.steps, step{a, rnd.IntN(max(1, a.below))})
	}
	return s
}

// randomMenu is some of the actions, the common ones several times. Half of the
// menus hold none by which something may be lost.
func randomMenu(rnd *rand.Rand, s sequence) []action {
	var menu []action
	harmless := rnd.IntN(2) == 0 && !s.copies
	for _, a := range actions {
		if harmless && a.harmful || a.possible != nil && !a.possible(s) || rnd.IntN(3) == 0 {
			continue
		}
		for range a.weight {
			menu = append(menu, a)
		}
	}
	if len(menu) == 0 {
		return actions[:1]
	}
	return menu
}

// String is what a reader of a failed test needs to see what was done.
func (s sequence) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s, grace period %v, read by %v", s.naming.name, s.grace, s.way)
	if s.exists {
		b.WriteString(", the log exists")
	}
	if s.linked {
		b.WriteString(", the path is a link")
	}
	for i, st := range s.steps {
		fmt.Fprintf(&b, "\n  %2d. %s", i+1, st)
	}
	return b.String()
}

func (s step) String() string {
	if s.below == 0 {
		return s.what
	}
	return fmt.Sprintf("%s: %d", s.what, s.n)
}

// run does what the sequence says and returns what is wrong with what came out:
// nothing where all promises are kept.
func (s sequence) run(cfg tail.Config) string {
	root, err := os.MkdirTemp("", "tail")
	if err != nil {
		return err.Error()
	}
	defer os.RemoveAll(root)
	w := newModelWriter(s, root)
	cfg = following(cfg)
	cfg.GracePeriod = s.grace
	cfg.Logger = w.journal.logger("tail")
	w.reader = newModelReader(s.way, w.path, cfg, w.journal)
	if s.exists {
		w.line()
	}
	w.reader.begin(0, 0)
	for _, st := range s.steps {
		if w.err != nil {
			break
		}
		w.journal.logger("step").Print(st)
		st.do(w, st.n)
	}
	w.end()
	w.reader.end()
	return w.verdict()
}
