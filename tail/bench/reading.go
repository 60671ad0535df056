// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
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

func (m reading) measure(s settings) (result, error) {
	es := s.entries(m, contestantNames()...)
	if len(es) == 0 {
		return result{}, nil
	}
	path := filepath.Join(s.dir, "log")
	defer os.Remove(path)
	want, err := writeLines(path, s.size, lineLength)
	if err != nil {
		return result{}, err
	}
	// The round before the first brings the file into the page cache and does not count.
	err = s.interleave(m, es, true, func(e *entry, counts bool) error {
		return e.read([]string{path}, s.buffer, want, counts)
	})
	return readingResult(es, s, want), err
}

// read lets the contestant read the files once.
func (e *entry) read(paths []string, buffer int, want count, counts bool) error {
	c := findContestant(e.name)
	runtime.GC()
	before := mallocs()
	start := time.Now()
	got, err := c.read(paths, buffer)
	took := time.Since(start)
	allocated := mallocs() - before
	if err == nil {
		err = want.check(got)
	}
	if err != nil || !counts {
		return err
	}
	e.add(map[string]float64{
		"MB/s":        float64(want.bytes) / 1e6 / took.Seconds(),
		"Mlines/s":    float64(want.lines) / 1e6 / took.Seconds(),
		"allocs/line": float64(allocated) / float64(want.lines),
	})
	return nil
}

// check compares what a contestant delivered with what there was.
func (c count) check(got count) error {
	if got.bytes != c.bytes || got.lines != c.lines && got.lines != uncounted {
		return fmt.Errorf("delivered %d lines, %d bytes; there are %d lines, %d bytes", got.lines, got.bytes, c.lines, c.bytes)
	}
	return nil
}

func mallocs() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.Mallocs
}

// writeLines makes a file of whole, numbered lines of this length: as many as this size
// holds, and at least one.
func writeLines(path string, size int64, length int) (c count, err error) {
	f, err := os.Create(path)
	if err != nil {
		return c, err
	}
	defer f.Close()
	w := bufio.NewWriterSize(f, 1<<20)
	filler := strings.Repeat("the quick brown fox jumps over the lazy dog ", length/44+1)
	n := max(1, size/int64(length))
	for i := range n {
		fmt.Fprintf(w, "%012d %s\n", i, filler[:length-14])
	}
	return count{n, n * int64(length)}, w.Flush()
}

func readingResult(es entries, s settings, want count) result {
	title := fmt.Sprintf(`Reading one file of %d lines of %d bytes (%.0f MB, in the page cache) from its start to its end.
The floor loops have a buffer of %d KiB; "vs" is the rate divided by that contestant's: above 1 is faster.`+spreadNote,
		want.lines, lineLength, float64(want.bytes)/1e6, s.buffer>>10, s.rounds)
	r := result{tables: []table{es.table(
		title, column{"MB/s", "%.0f", ""}, column{"Mlines/s", "%.2f", ""}, column{"allocs/line", "%.2f", ""},
		column{"MB/s", "", "floor/read"}, column{"MB/s", "", "floor/ReadSlice"}, column{"MB/s", "", "nxadm/channel"},
	)}}
	r.atLeast(0.8, es.ratio("MB/s", "tail/iterator", "floor/ReadSlice"), "iterator over an existing file: rate / that of a ReadSlice loop")
	r.atMost(0.005, es.median("allocs/line", "tail/iterator"), "iterator: allocations per line (those of the start are spread over all lines)")
	r.atLeast(0.8, es.ratio("MB/s", "tail/stream", "floor/read"), "Stream: rate / that of a bare read loop")
	r.atLeast(10, es.ratio("MB/s", "tail/channel", "nxadm/channel"), "Tail.Lines: rate / nxadm's (aim: 15)")
	r.atMost(0.1, es.median("allocs/line", "tail/channel"), "Tail.Lines: allocations per line")
	r.pictures = []picture{barPicture("throughput", "One file of 116-byte lines, read from start to end", "MB/s", es)}
	return r
}
