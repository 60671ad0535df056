// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"math"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestResultsAreWritten: the page with its bars, and the pictures that it shows.
func TestResultsAreWritten(t *testing.T) {
	es := entries{
		{"tail/group 10", map[string]figures{"memory": {1e6}, "MB/s": {8}}},
		{"tail/group 20", map[string]figures{"memory": {3e6}, "MB/s": {9}}},
	}
	var r result
	r.atLeast(0.8, 0.9, "something")
	r.atMost(0.8, 0.9, "something else")
	r.atMost(0.8, math.NaN(), "something of somebody who did not take part")
	r.tables = []table{es.table("A title.", column{"MB/s", "%.1f", ""})}
	r.pictures = []picture{
		barPicture("throughput", "Bars", "MB/s", es), memoryPicture(es),
		latencyPicture(es, map[string]figures{es[0].name: {100, 200}, es[1].name: {100, 200, 1000}}),
	}
	folder := t.TempDir()
	if err := write(settings{results: folder, only: regexp.MustCompile("")}, []found{{"measure", r}}); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(folder, resultsName))
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"- machine: ", "commit ", "## measure", "A title.", "| tail/group 20 |  9.0 |",
		"| something      |   ≥ 0.8 | 0.9 |     met |", "| something else |   ≤ 0.8 | 0.9 | NOT MET |",
	} {
		if !strings.Contains(string(page), want) {
			t.Errorf("%q is missing in\n%s", want, page)
		}
	}
	if strings.Contains(string(page), "did not take part") {
		t.Errorf("a bar without a figure is in\n%s", page)
	}
	for _, p := range r.pictures {
		if info, err := os.Stat(filepath.Join(folder, p.file())); err != nil || info.Size() == 0 {
			t.Errorf("%s: %v", p.file(), err)
		}
	}
}

func TestQuantile(t *testing.T) {
	for _, test := range []struct{ q, want float64 }{{0, 1}, {0.25, 1}, {0.26, 2}, {0.5, 2}, {0.99, 4}, {1, 4}} {
		if got := (figures{4, 1, 3, 2}).quantile(test.q); got != test.want {
			t.Errorf("quantile %v is %v, want %v", test.q, got, test.want)
		}
	}
}

func TestParseStrace(t *testing.T) {
	calls, err := parseStrace([]byte(`% time     seconds  usecs/call     calls    errors syscall
------ ----------- ----------- --------- --------- ----------------
 52.91    0.000455          22        20           mmap
 47.09    0.000405          13        30        12 futex
------ ----------- ----------- --------- --------- ----------------
100.00    0.000860                    50        12 total
`))
	if err != nil || len(calls) != 2 || calls["mmap"] != 20 || calls["futex"] != 30 {
		t.Errorf("%v, error %v", calls, err)
	}
	if _, err := parseStrace([]byte("strace: no")); err == nil {
		t.Error("what is no table is no error")
	}
}
