// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// lengths is reading for lines that are shorter and longer.
type lengths struct{}

func (lengths) name() string { return "lengths" }

var lineLengths = []struct {
	name   string
	length int
}{{"20 B", 20}, {"1 KB", 1 << 10}, {"64 KB", 64 << 10}, {"16 MB", 16 << 20}}

func (m lengths) measure(s settings) (result, error) {
	s.rounds *= 6 // a round is over in some hundredths of a second
	var r result
	for _, l := range lineLengths {
		byLine, byBytes, remark := "floor/ReadSlice", "floor/read", ""
		if l.length > s.buffer {
			byLine, byBytes = "floor/ReadBytes", "floor/ReadBytes"
			remark = "\nStream writes whole lines, and no buffer holds these, so ReadBytes is what it is to be as fast as."
		}
		es := s.entries(m, "floor/read", byLine, "tail/stream", "tail/iterator")
		if len(es) == 0 {
			return r, nil
		}
		want, err := m.read(s, es, l.length)
		if err != nil {
			return r, err
		}
		r.tables = append(r.tables, es.table(
			fmt.Sprintf("Reading %d lines of %s (%.0f MB) as in \"reading\".%s"+spreadNote, want.lines, l.name, float64(want.bytes)/1e6, remark, s.rounds),
			column{"MB/s", "%.0f", ""}, column{"Mlines/s", "%.3g", ""}, column{"allocs/line", "%.2f", ""},
			column{"MB/s", "", "floor/read"}, column{"MB/s", "", byLine},
		))
		r.atLeast(0.8, es.ratio("MB/s", "tail/iterator", byLine), fmt.Sprintf("lines of %s, iterator: rate / that of %s", l.name, byLine))
		r.atLeast(0.8, es.ratio("MB/s", "tail/stream", byBytes), fmt.Sprintf("lines of %s, Stream: rate / that of %s", l.name, byBytes))
	}
	return r, nil
}

// read lets all contestants read a file of such lines.
func (m lengths) read(s settings, es entries, length int) (count, error) {
	path := filepath.Join(s.dir, "log")
	defer os.Remove(path)
	want, err := writeLines(path, s.size, length)
	if err != nil {
		return want, err
	}
	return want, s.interleave(m, es, true, func(e *entry, counts bool) error {
		return e.read([]string{path}, s.buffer, want, counts)
	})
}
