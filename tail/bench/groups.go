// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
)

// groups measures how fast a Group reads many files, beside one file of the
// same total size.
type groups struct{}

func (groups) name() string { return "group" }

func (m groups) measure(s settings) (result, error) {
	es := s.entries(m, "tail/iterator", "tail/group", "tail/group-add")
	if len(es) == 0 {
		return result{}, nil
	}
	dir := filepath.Join(s.dir, "group")
	defer os.RemoveAll(dir)
	files := s.scale(1000)
	paths := map[string][]string{}
	wants := map[string]count{}
	for name, n := range map[string]int{"tail/iterator": 1, "tail/group": files, "tail/group-add": files} {
		var err error
		if paths[name], wants[name], err = writeFiles(filepath.Join(dir, name), n, s.size); err != nil {
			return result{}, err
		}
	}
	s.rounds *= 10 // a round is over in a tenth of a second
	err := s.interleave(m, es, true, func(e *entry, counts bool) error {
		return e.read(paths[e.name], s.buffer, wants[e.name], counts)
	})
	r := result{tables: []table{es.table(
		fmt.Sprintf(`Reading %.0f MB from start to end: one file by its iterator, %d files by that of a Group, opening and closing
them included. AddAll opens them, several at a time; for group-add, Add opens one after another.`+spreadNote, float64(s.size)/1e6, files, s.rounds),
		column{"MB/s", "%.0f", ""}, column{"Mlines/s", "%.2f", ""}, column{"allocs/line", "%.3f", ""}, column{"MB/s", "", "tail/iterator"},
	)}}
	r.atLeast(0.6, es.ratio("MB/s", "tail/group", "tail/iterator"), fmt.Sprintf("Group iterator over %d files: rate / that of the iterator over one", files))
	return r, err
}

// writeFiles makes n files of this size together.
func writeFiles(dir string, n int, size int64) (paths []string, all count, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, all, err
	}
	for i := range n {
		path := filepath.Join(dir, fmt.Sprintf("%04d.log", i))
		c, err := writeLines(path, size/int64(n), lineLength)
		if err != nil {
			return nil, all, err
		}
		all.lines += c.lines
		all.bytes += c.bytes
		paths = append(paths, path)
	}
	return paths, all, nil
}
