// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"time"
)

// longLine is the length of the long line, its newline not included, and
// barRSS the most memory in MiB that a process may take to read it in pieces.
const longLine, barRSS = 256 << 20, 16

func memoryRows() []row {
	r := row{
		situation: "a line of 256 MiB, MaxLineSize 4096", counts: []string{"missing", "RSS"}, of: " in bytes / MiB, best of 3",
		must: "0 / at most 16",
		met:  func(r result) bool { return zero("missing")(r) && r.Counts["RSS"] <= barRSS },
		play: playLongLine, libraries: true, runs: 3, best: "RSS", // a garbage collector that waits for a CPU is late
	}
	if runtime.GOOS == "windows" {
		r.without = "needs getrusage"
	}
	return []row{r}
}

// playLongLine reads the long line and one behind it. The file has a hole: its
// bytes are NULs like others and take no room on the disk.
func playLongLine(c contestant, dir string) (result, error) {
	path := filepath.Join(dir, "log")
	err := errors.Join(os.WriteFile(path, nil, 0o600), os.Truncate(path, longLine), appendTo(path, "\nlast\n"))
	if err != nil {
		return result{}, err
	}
	f, err := c.open(path, options{maxLineSize: 4096})
	if err != nil {
		return result{}, err
	}
	missing := longLine
	timer := time.NewTimer(patience)
	for e := (event{}); e.text != "last" && !e.late && !e.end; {
		timer.Reset(patience)
		if e = f.next(timer.C); e.text != "last" {
			missing -= len(e.text)
		}
	}
	rss, err := maxRSS()
	return result{Counts: map[string]int{"missing": missing, "RSS": (rss + 1<<20 - 1) >> 20}}, err
}

func appendTo(path, text string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		return err
	}
	_, err = f.WriteString(text)
	return errors.Join(err, f.Close())
}
