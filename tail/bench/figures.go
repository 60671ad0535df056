// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"cmp"
	"fmt"
	"math"
	"slices"
)

// figures are one contestant's results, one of each round.
type figures []float64

func (f figures) median() float64 {
	if len(f) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(f))
	n := len(sorted)
	return (sorted[(n-1)/2] + sorted[n/2]) / 2
}

// spread is the range of the figures in percent of their median.
func (f figures) spread() float64 {
	return 100 * (slices.Max(f) - slices.Min(f)) / cmp.Or(f.median(), 1)
}

// quantile is the smallest figure that the share q of all does not exceed.
func (f figures) quantile(q float64) float64 {
	if len(f) == 0 {
		return math.NaN()
	}
	sorted := slices.Sorted(slices.Values(f))
	return sorted[max(0, int(math.Ceil(q*float64(len(sorted))))-1)]
}

// entry is a contestant and its figures, under the headings of their columns.
type entry struct {
	name    string
	figures map[string]figures
}

// add adds what a round has come to.
func (e *entry) add(round map[string]float64) {
	for heading, figure := range round {
		e.figures[heading] = append(e.figures[heading], figure)
	}
}

// entries are the contestants of a measure.
type entries []*entry

func (es entries) find(name string) *entry {
	for _, e := range es {
		if e.name == name {
			return e
		}
	}
	return nil
}

// median is that of a contestant, if it took part, and else no number.
func (es entries) median(heading, name string) float64 {
	e := es.find(name)
	if e == nil {
		return math.NaN()
	}
	return e.figures[heading].median()
}

// ratio is the median of a contestant over that of its rival.
func (es entries) ratio(heading, name, rival string) float64 {
	return es.median(heading, name) / es.median(heading, rival)
}

// column is one of a table of entries.
type column struct {
	heading string
	format  string
	rival   string // divides by the figure of this one, instead of showing one's own
}

const spreadNote = "\nMedians of %d interleaved rounds, with their spread, (max-min)/median, in brackets."

// table shows what all have come to.
func (es entries) table(title string, columns ...column) table {
	t := table{title: title, rows: [][]string{{"contestant"}}}
	for _, c := range columns {
		heading := c.heading
		if c.rival != "" {
			heading += " vs " + c.rival
		}
		t.rows[0] = append(t.rows[0], heading)
	}
	for _, e := range es {
		row := []string{e.name}
		for _, c := range columns {
			row = append(row, es.cell(e, c))
		}
		t.rows = append(t.rows, row)
	}
	return t
}

func (es entries) cell(e *entry, c column) string {
	f := e.figures[c.heading]
	switch {
	case len(f) == 0, c.rival != "" && es.find(c.rival) == nil:
		return "–"
	case c.rival != "":
		return fmt.Sprintf("%.3g", es.ratio(c.heading, e.name, c.rival))
	case slices.Max(f) == slices.Min(f):
		return fmt.Sprintf(c.format, f.median())
	}
	return fmt.Sprintf(c.format+" (%.0f %%)", f.median(), f.spread())
}
