// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// table is what was played, in the notation of Markdown and with its columns
// aligned.
func table(all []played) string {
	heading := []string{"situation", "counted"}
	for _, c := range contestants {
		heading = append(heading, c.name)
	}
	cells := [][]string{append(heading, "ours must be")}
	for _, p := range all {
		line := []string{p.situation, p.counted()}
		for _, c := range contestants {
			line = append(line, p.cell(c.name))
		}
		cells = append(cells, append(line, p.must))
	}
	return aligned(cells)
}

func aligned(cells [][]string) string {
	widths := make([]int, len(cells[0]))
	for _, line := range cells {
		for i, cell := range line {
			widths[i] = max(widths[i], utf8.RuneCountInString(cell))
		}
	}
	var b strings.Builder
	for i, line := range cells {
		for j, cell := range line {
			fmt.Fprintf(&b, "| %-*s ", widths[j], cell)
		}
		b.WriteString("|\n")
		if i == 0 {
			for _, w := range widths {
				b.WriteString("|" + strings.Repeat("-", w+2))
			}
			b.WriteString("|\n")
		}
	}
	return b.String()
}

// report names the rows where ours is not what it must be, with the last that
// it logged.
func report(w io.Writer, all []played) error {
	var err error
	for _, p := range all {
		if !p.failed() {
			continue
		}
		err = errFailed
		fmt.Fprintf(w, "\nFAILED: %s: %s is %q, must be %q\n", p.situation, p.counted(), p.cell(contestants[0].name), p.must)
		if p.said != "" {
			fmt.Fprintf(w, "%s\n", p.said)
		}
	}
	return err
}
