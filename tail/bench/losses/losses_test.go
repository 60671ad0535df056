// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func TestMain(m *testing.M) {
	logwriter.Main()
	jobMain()
	os.Exit(m.Run())
}

// TestRun goes through some rows on a small scale, each contestant in its own
// process.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	args := []string{"-lines", "200", "-trials", "2", "-run", "three calls|nobody reads"}
	if err := run(args, &out, io.Discard); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	if n := strings.Count(out.String(), "\n|"); n < 3 {
		t.Errorf("%d rows:\n%s", n, &out)
	}
}

func TestWhatOursFailsIsAnError(t *testing.T) {
	lossy := result{Counts: map[string]int{"lost": 1, "doubled": 0, "torn": 0}}
	for name, test := range map[string]struct {
		met    func(result) bool
		res    result
		failed bool
	}{
		"lost":            {zero("lost"), lossy, true},
		"nothing doubled": {zero("doubled", "torn"), lossy, false},
		"not counted":     {zero("gaps"), lossy, true},
		"lost in silence": {reported, result{Counts: map[string]int{"lost": 1, "gaps": 0, "of them on disk": 0, "doubled": 0, "torn": 0}}, true},
		"lost and told":   {reported, result{Counts: map[string]int{"lost": 1, "gaps": 1, "of them on disk": 0, "doubled": 0, "torn": 0}}, false},
		"never came back": {reported, word("hangs"), true},
		"exited":          {zero("lost"), word("exits 1"), true},
		"came back":       {says("returns"), word("returns"), false},
	} {
		p := played{row: row{met: test.met}, results: map[string]result{contestants[0].name: test.res}}
		if p.failed() != test.failed {
			t.Errorf("%s: failed is %v", name, p.failed())
		}
		if err := report(io.Discard, []played{p}); (err != nil) != test.failed {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestBadFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-lines 0":  "-lines is 0",
		"-trials 0": "-trials is 0",
		"-run (":    "-run: ",
		"-run nope": "-run selects nothing",
		"more":      `unexpected argument "more"`,
	} {
		err := run(strings.Fields(args), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}

func TestTableIsAligned(t *testing.T) {
	lines := strings.Split(strings.TrimSpace(aligned([][]string{{"a", "bb"}, {"–––", "b"}})), "\n")
	want := []string{"| a   | bb |", "|-----|----|", "| ––– | b  |"}
	if strings.Join(lines, "\n") != strings.Join(want, "\n") {
		t.Errorf("got %q", lines)
	}
}

// TestOneNameOneRow: a process finds its row by the situation.
func TestOneNameOneRow(t *testing.T) {
	seen := map[string]bool{}
	for _, r := range rows(settings{Lines: 1, Trials: 1}) {
		if seen[r.situation] {
			t.Errorf("two rows are named %q", r.situation)
		}
		seen[r.situation] = true
	}
}
