// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"cmp"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"time"
)

// row is a situation and what is counted in it. A new one is a new element in
// the list of its kind.
type row struct {
	situation string
	counts    []string // keys of a result's counts, in the order of printing
	of        string   // what they are counts of
	must      string   // what ours must be, in words
	met       func(result) bool

	play      func(c contestant, dir string) (result, error) // in a process of its own
	libraries bool                                           // only libraries take part: what is done is a call of theirs
	limit     time.Duration                                  // of one contestant; 0 is usualLimit
	// runs is how often a contestant plays, where the machine's other work can
	// only make results worse; the best is by the count of that name.
	runs int
	best string
	// command makes the contestant's process; nil just starts exe.
	command func(exe, dir string) (*exec.Cmd, error)
	without string // why the row cannot be played here; empty: it can
}

const usualLimit = time.Minute

// rows are all of them, in the order of printing.
func rows(s settings) []row {
	return slices.Concat(writingRows(s), blockRows(s), trialRows(s), sharingRows(), memoryRows(), faultRows(), stopRows(), tellRows(s), loopRows(s))
}

// result is what became of a contestant.
type result struct {
	Counts map[string]int
	Word   string // instead of counts: returns, hangs, exits 1
}

// word is a result that has no counts.
func word(w string) result { return result{Word: w} }

// says is the demand that a result be this word.
func says(w string) func(result) bool {
	return func(r result) bool { return r.Word == w }
}

// zero is the demand that these counts be there and 0.
func zero(counts ...string) func(result) bool {
	return func(r result) bool {
		return !slices.ContainsFunc(counts, func(name string) bool {
			n, ok := r.Counts[name]
			return !ok || n != 0
		})
	}
}

// reported is the demand that nothing be lost but what the rotation itself
// loses, and that only beside a gap.
func reported(r result) bool {
	return zero("of them on disk", "doubled", "torn")(r) && (r.Counts["lost"] == 0 || r.Counts["gaps"] > 0)
}

// played is a row with its results, by the names of the contestants.
type played struct {
	row
	results map[string]result
	said    string // the last that ours wrote to standard error
}

func (p played) failed() bool {
	return p.without == "" && !p.met(p.results[contestants[0].name])
}

// playAll lets the contestants play the row, never two at once.
func (r row) playAll(s settings, dir string) (played, error) {
	p := played{row: r, results: map[string]result{}}
	if r.without != "" {
		return p, nil
	}
	for i, c := range contestants {
		if c.absent() || r.libraries && !c.library {
			continue
		}
		fmt.Fprintf(s.log, "losses: %s: %s\n", r.situation, c.name)
		res, said, err := r.playBest(job{Row: r.situation, Contestant: c.name, Settings: s}, dir)
		if err != nil {
			return p, fmt.Errorf("%s: %w", c.name, err)
		}
		if p.results[c.name] = res; i == 0 {
			p.said = said
		}
	}
	return p, nil
}

// playBest does the job as often as the row says, each time in a new folder.
func (r row) playBest(j job, dir string) (best result, said string, err error) {
	for i := range max(1, r.runs) {
		if j.Dir, err = os.MkdirTemp(dir, ""); err != nil {
			return best, said, err
		}
		res, text, err := r.start(j)
		if err != nil {
			return best, said, err
		}
		_ = os.RemoveAll(j.Dir) // what cannot be removed yet goes with dir
		if i == 0 || res.Word == "" && res.Counts[r.best] < best.Counts[r.best] {
			best, said = res, text
		}
	}
	return best, said, nil
}

// counted says what the cells of the row hold.
func (r row) counted() string {
	return strings.Join(r.counts, " / ") + r.of
}

// cell is one contestant's result.
func (p played) cell(name string) string {
	res, ok := p.results[name]
	switch {
	case p.without != "" && name == contestants[0].name:
		return "not run: " + p.without
	case !ok:
		return "–"
	case res.Word != "":
		return res.Word
	}
	var cells []string
	for _, count := range p.counts {
		n, ok := res.Counts[count]
		cells = append(cells, cmp.Or(map[bool]string{true: strconv.Itoa(n)}[ok], "–"))
	}
	return strings.Join(cells, " / ")
}
