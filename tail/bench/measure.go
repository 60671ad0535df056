// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"io"
	"math"
	"regexp"
	"strings"
	"time"
	"unicode/utf8"
)

// A measure compares contestants in one respect.
type measure interface {
	// name is the first part of the names that -run selects.
	name() string
	// measure does the work. What a contestant delivers is counted,
	// and a wrong count is an error. The result is empty where -run selects
	// no contestant of it.
	measure(s settings) (result, error)
}

// settings are what the flags say.
type settings struct {
	dir     string // an empty folder that is removed in the end
	size    int64
	rounds  int
	buffer  int
	quick   bool
	only    *regexp.Regexp
	results string    // the folder of RESULTS.md, or empty
	log     io.Writer // progress
}

// wanted tells whether -run selects this contestant of m.
func (s settings) wanted(m measure, contestant string) bool {
	return s.only.MatchString(m.name() + "/" + contestant)
}

// entries are those of the contestants that -run selects.
func (s settings) entries(m measure, names ...string) entries {
	var es entries
	for _, name := range names {
		if s.wanted(m, name) {
			es = append(es, &entry{name: name, figures: map[string]figures{}})
		}
	}
	return es
}

// scale is n, or little of it for -quick.
func (s settings) scale(n int) int {
	if s.quick {
		return max(1, n/50)
	}
	return n
}

// span is d, or little of it for -quick.
func (s settings) span(d time.Duration) time.Duration {
	if s.quick {
		return d / 10
	}
	return d
}

// interleave lets every contestant play once in each round, another one first
// each time, so that none is always behind the same one. With warm a round more
// goes before them and does not count.
func (s settings) interleave(m measure, es entries, warm bool, play func(e *entry, counts bool) error) error {
	first := 1
	if warm {
		first = 0
	}
	for round := first; round <= s.rounds; round++ {
		fmt.Fprintf(s.log, "%s: round %d of %d\n", m.name(), round, s.rounds)
		for i := range es {
			e := es[(i+round)%len(es)]
			if err := play(e, round > 0); err != nil {
				return fmt.Errorf("%s: %w", e.name, err)
			}
		}
	}
	return nil
}

// result is what a measure has found.
type result struct {
	tables   []table
	bars     []bar
	pictures []picture
	notes    []string // what was left out or made smaller, and why
}

func (r result) empty() bool { return len(r.tables) == 0 && len(r.notes) == 0 }

// note adds what was left out or made smaller, unless there is nothing to say.
func (r *result) note(format string, args ...any) {
	if text := fmt.Sprintf(format, args...); text != "" {
		r.notes = append(r.notes, text)
	}
}

// atLeast and atMost add a bar, unless those that it compares did not all take
// part.
func (r *result) atLeast(limit, figure float64, demand string) {
	r.bar(bar{demand: demand, sign: "≥", limit: limit, figure: figure, met: figure >= limit})
}

func (r *result) atMost(limit, figure float64, demand string) {
	r.bar(bar{demand: demand, sign: "≤", limit: limit, figure: figure, met: figure <= limit})
}

func (r *result) bar(b bar) {
	if !math.IsNaN(b.figure) {
		r.bars = append(r.bars, b)
	}
}

// bar is what package tail has to come to, and what it has come to.
type bar struct {
	demand string
	sign   string
	limit  float64
	figure float64
	met    bool
}

func (b bar) verdict() string {
	if b.met {
		return "met"
	}
	return "NOT MET"
}

// table is a sentence on what was measured and how, and figures.
type table struct {
	title string
	rows  [][]string // the first is the heading
}

func (t table) print(w io.Writer) error {
	_, err := fmt.Fprintf(w, "\n%s\n\n%s", t.title, t.lines())
	return err
}

// lines are the rows with their columns aligned: names to the left, figures to the right.
func (t table) lines() string {
	widths := t.widths()
	var b strings.Builder
	for _, row := range t.rows {
		fmt.Fprintf(&b, "%-*s", widths[0], row[0])
		for i, cell := range row[1:] {
			fmt.Fprintf(&b, "  %*s", widths[i+1], cell)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

// markdown is the table in the notation of Markdown.
func (t table) markdown() string {
	widths := t.widths()
	var b strings.Builder
	for i, row := range t.rows {
		fmt.Fprintf(&b, "| %-*s ", widths[0], row[0])
		for i, cell := range row[1:] {
			fmt.Fprintf(&b, "| %*s ", widths[i+1], cell)
		}
		b.WriteString("|\n")
		if i == 0 {
			b.WriteString("|---" + strings.Repeat("|--:", len(row)-1) + "|\n")
		}
	}
	return b.String()
}

func (t table) widths() []int {
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	return widths
}
