// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"path/filepath"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func sharingRows() []row {
	return []row{
		{
			situation: "two tails on one file, the first stops", counts: []string{"delivered"}, of: " of 50",
			must: "50", met: delivered(50), play: playTwo, libraries: true,
		},
		{
			situation: "StopAtEOF after the first line", counts: []string{"delivered"}, of: " of 100000",
			must: "100000", met: delivered(100_000), play: playStopAtEOF, libraries: true,
		},
	}
}

func delivered(n int) func(result) bool {
	return func(r result) bool { return r.Counts["delivered"] == n }
}

// playTwo counts what the second of two tails gets once the first has stopped.
func playTwo(c contestant, dir string) (result, error) {
	path := filepath.Join(dir, "log")
	first, err := c.follow(path, options{})
	if err != nil {
		return result{}, err
	}
	second, err := c.join(path, options{})
	if err != nil {
		return result{}, err
	}
	if w := bounded(func() { _ = first.Stop() }); w != "returns" {
		return word(w), nil
	}
	t, err := writing{plan: logwriter.Plan{Lines: 50}}.drain(second, path)
	if err != nil {
		return result{}, err
	}
	return t.result(c), nil
}

// playStopAtEOF counts what comes of a log that holds all its lines already.
func playStopAtEOF(c contestant, dir string) (result, error) {
	plan := logwriter.Plan{Path: filepath.Join(dir, "log"), Lines: 100_000}
	if err := write(plan); err != nil {
		return result{}, err
	}
	f, err := c.open(plan.Path, options{})
	if err != nil {
		return result{}, err
	}
	t := newTally(plan)
	t.count(f.next(nil))
	go func() { _ = f.(library).StopAtEOF() }()
	written := make(chan struct{})
	close(written)
	t.drain(f, written, pace{})
	return t.result(c), nil
}
