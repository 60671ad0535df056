// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"cmp"
	"fmt"
	"io"
	"regexp"
	"slices"
	"strings"
	"unicode/utf8"
)

// A measure compares contestants in one respect.
type measure interface {
	// name is the first part of the names that -run selects.
	name() string
	// measure does the work. What a contestant delivers is counted,
	// and a wrong count is an error.
	measure(s settings) (table, error)
}

// settings are what the flags say.
type settings struct {
	dir    string // an empty folder that is removed in the end
	size   int64
	rounds int
	buffer int
	only   *regexp.Regexp
	log    io.Writer // progress
}

// wanted tells whether -run selects this contestant of m.
func (s settings) wanted(m measure, contestant string) bool {
	return s.only.MatchString(m.name() + "/" + contestant)
}

// table is a result: a sentence on what was measured and how, and figures.
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
	widths := make([]int, len(t.rows[0]))
	for _, row := range t.rows {
		for i, cell := range row {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
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

// figures are one contestant's results, one of each round.
type figures []float64

func (f figures) median() float64 {
	sorted := slices.Sorted(slices.Values(f))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// spread is the range of the figures in percent of their median.
func (f figures) spread() float64 {
	return 100 * (slices.Max(f) - slices.Min(f)) / cmp.Or(f.median(), 1)
}
