// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"
)

// lineLength is the length of a line in the file that is read, its newline included.
const lineLength = 116

// reading measures how fast a file that does not change is read from its start to its end.
type reading struct{}

func (reading) name() string { return "reading" }

// score is what one contestant reached in all rounds.
type score struct {
	contestant
	rates  figures // bytes per second
	allocs figures // per line
}

func (m reading) measure(s settings) (table, error) {
	scores := m.scores(s)
	if len(scores) == 0 {
		return table{}, errors.New("-run selects nothing")
	}
	path := filepath.Join(s.dir, "log")
	want, err := writeLines(path, s.size)
	if err != nil {
		return table{}, err
	}
	// The round before the first brings the file into the page cache and does not count.
	for round := range s.rounds + 1 {
		fmt.Fprintf(s.log, "reading: round %d of %d\n", round, s.rounds)
		for i := range scores {
			// Another one begins each time, so that none is always behind the same one.
			score := &scores[(i+round)%len(scores)]
			if err := score.play(path, s.buffer, want, round > 0); err != nil {
				return table{}, fmt.Errorf("%s: %w", score.name, err)
			}
		}
	}
	return readingTable(scores, s, want), nil
}

func (m reading) scores(s settings) []score {
	var scores []score
	for _, c := range contestants {
		if s.wanted(m, c.name) {
			scores = append(scores, score{contestant: c})
		}
	}
	return scores
}

// play lets the contestant read the file once.
func (s *score) play(path string, buffer int, want count, counts bool) error {
	runtime.GC()
	before := mallocs()
	start := time.Now()
	got, err := s.read(path, buffer)
	took := time.Since(start)
	allocated := mallocs() - before
	if err == nil {
		err = want.check(got)
	}
	if err != nil || !counts {
		return err
	}
	s.rates = append(s.rates, float64(want.bytes)/took.Seconds())
	s.allocs = append(s.allocs, float64(allocated)/float64(want.lines))
	return nil
}

// check compares what a contestant delivered with what there was.
func (c count) check(got count) error {
	if got.bytes != c.bytes || got.lines != c.lines && got.lines != uncounted {
		return fmt.Errorf("delivered %d lines, %d bytes; the file has %d lines, %d bytes", got.lines, got.bytes, c.lines, c.bytes)
	}
	return nil
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// writeLines makes a file of whole, numbered lines, of at most this size.
func writeLines(path string, size int64) (c count, err error) {
	f, err := os.Create(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	filler := strings.Repeat("the quick brown fox jumps over the lazy dog ", 3)
	for n := range size / lineLength {
		fmt.Fprintf(w, "%012d %.*s\n", n, lineLength-14, filler)
	}
	n := size / lineLength
	return count{n, n * lineLength}, w.Flush()
}

// rivals are the contestants that the others' rates are divided by.
var rivals = []string{"floor/read", "floor/ReadSlice", "nxadm/channel"}

func readingTable(scores []score, s settings, want count) table {
	t := table{
		title: fmt.Sprintf(`Reading one file of %d lines of %d bytes (%.0f MB, in the page cache) from its start to its end.
Median of %d interleaved rounds; spread is (max-min)/median; the floor loops have a buffer of %d KiB;
the last columns are rates divided by that contestant's rate: above 1 is faster.`,
			want.lines, lineLength, float64(want.bytes)/1e6, s.rounds, s.buffer>>10),
		rows: [][]string{{"contestant", "MB/s", "spread", "Mlines/s", "allocs/line"}},
	}
	for _, rival := range rivals {
		t.rows[0] = append(t.rows[0], "vs "+rival)
	}
	for _, score := range scores {
		t.rows = append(t.rows, score.row(scores))
	}
	return t
}

func (s score) row(all []score) []string {
	rate := s.rates.median()
	row := []string{
		s.name,
		fmt.Sprintf("%.0f", rate/1e6),
		fmt.Sprintf("%.0f %%", s.rates.spread()),
		fmt.Sprintf("%.2f", rate/lineLength/1e6),
		fmt.Sprintf("%.2f", s.allocs.median()),
	}
	for _, rival := range rivals {
		row = append(row, ratio(rate, rival, all))
	}
	return row
}

// ratio is rate over that of the rival, if it took part.
func ratio(rate float64, rival string, all []score) string {
	for _, s := range all {
		if s.name == rival {
			return fmt.Sprintf("%.3g", rate/s.rates.median())
		}
	}
	return "–"
}
