// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
)

// found is what a measure has found.
type found struct {
	measure string
	result
}

// print prints the tables, and what is to be said beside them.
func (f found) print(w io.Writer) error {
	for _, t := range f.tables {
		if err := t.print(w); err != nil {
			return err
		}
	}
	for _, note := range f.notes {
		if _, err := fmt.Fprintf(w, "\n%s: %s\n", f.measure, note); err != nil {
			return err
		}
	}
	return nil
}

// barsTable is what package tail has to come to and what it has come to.
func barsTable(all []found) table {
	t := table{title: "What package tail has to come to.", rows: [][]string{{"bar", "must be", "is", ""}}}
	for _, f := range all {
		for _, b := range f.bars {
			t.rows = append(t.rows, []string{b.demand, fmt.Sprintf("%s %s", b.sign, number(b.limit)), number(b.figure), b.verdict()})
		}
	}
	return t
}

// number has three digits, or all of a larger one.
func number(f float64) string {
	if f >= 1000 {
		return fmt.Sprintf("%.0f", f)
	}
	return fmt.Sprintf("%.3g", f)
}

// resultsName is the page that write writes.
const resultsName = "RESULTS.md"

// write writes the page and its pictures.
func write(s settings, all []found) error {
	var b strings.Builder
	fmt.Fprintf(&b, "# Results\n\nWritten by `make bench`, which writes it anew; see [README.md](README.md) for what is measured and how.\n\n")
	fmt.Fprintf(&b, "- machine: %s\n- settings: %s\n\n## Bars\n\n", machine(), s)
	b.WriteString(barsTable(all).markdown())
	for _, f := range all {
		fmt.Fprintf(&b, "\n## %s\n", f.measure)
		for _, note := range f.notes {
			fmt.Fprintf(&b, "\n%s\n", note)
		}
		for _, t := range f.tables {
			fmt.Fprintf(&b, "\n%s\n\n%s", t.title, t.markdown())
		}
		for _, p := range f.pictures {
			fmt.Fprintf(&b, "\n![%s](%s)\n", p.title, filepath.ToSlash(p.file()))
			if err := p.save(s.results); err != nil {
				return err
			}
		}
	}
	return os.WriteFile(filepath.Join(s.results, resultsName), []byte(b.String()), 0o644)
}

func (s settings) String() string {
	return fmt.Sprintf("-size %d -rounds %d -buffer %d", s.size, s.rounds, s.buffer)
}

// partial is why the results of this run are no full ones, if that is so.
func (s settings) partial() string {
	switch {
	case s.quick:
		return "-quick is set"
	case s.only.String() != "":
		return "-run selects a part"
	case s.size < fullSize:
		return fmt.Sprintf("-size is below %d", fullSize)
	case s.rounds < fullRounds:
		return fmt.Sprintf("-rounds is below %d", fullRounds)
	}
	return ""
}
