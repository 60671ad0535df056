// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"bytes"
	"fmt"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

// syscalls counts the system calls that it takes to read a file.
type syscalls struct{}

func (syscalls) name() string { return "syscalls" }

const straced = 6_000_000 // bytes; each call takes some 20 µs under strace

func (m syscalls) measure(s settings) (result, error) {
	es := s.entries(m, "floor/read", "tail/stream", "tail/iterator", "tail/channel", "nxadm/channel")
	if len(es) == 0 {
		return result{}, nil
	}
	if why := noStrace(); why != "" {
		return result{notes: []string{"System calls were not counted: " + why + "."}}, nil
	}
	path, empty := filepath.Join(s.dir, "log"), filepath.Join(s.dir, "empty")
	defer os.Remove(path)
	defer os.Remove(empty)
	want, err := writeLines(path, int64(s.scale(straced)), lineLength)
	if err == nil {
		err = os.WriteFile(empty, nil, 0o600)
	}
	if err != nil {
		return result{}, err
	}
	top := map[string]string{}
	err = s.interleave(m, es, false, func(e *entry, _ bool) error {
		calls, err := e.trace(s, path, empty, want)
		top[e.name] = mostOften(calls)
		return err
	})
	if err != nil {
		return result{}, err
	}
	r := result{tables: []table{syscallsTable(es, s, want, top)}}
	for _, name := range []string{"tail/stream", "tail/iterator"} {
		r.atMost(12, es.median("calls/MB", name), "system calls per MB but those of the runtime's monitor (nanosleep), "+name)
	}
	r.atMost(12, es.median("reading/MB", "tail/channel"), "system calls per MB that read (without those that wake a consumer), tail/channel")
	return r, nil
}

func syscallsTable(es entries, s settings, want count, top map[string]string) table {
	t := es.table(
		fmt.Sprintf(`System calls that reading a file of %d lines of %d bytes (%.1f MB) takes more than reading an empty one, by strace -c -f.
calls/MB and calls/line count all but nanosleep: the monitor of Go's runtime calls it as time goes by, and strace takes a lot of
that. reading/MB counts those that take a file or its name, in a run in which strace holds up no others: not those by which the two
goroutines of a channel wait for and wake one another.`+spreadNote, want.lines, lineLength, float64(want.bytes)/1e6, s.rounds),
		column{"all/MB", "%.1f", ""}, column{"calls/MB", "%.1f", ""}, column{"reading/MB", "%.1f", ""}, column{"calls/line", "%.3f", ""},
	)
	t.rows[0] = append(t.rows[0], "most often, in the last round")
	for i, e := range es {
		t.rows[i+1] = append(t.rows[i+1], top[e.name])
	}
	return t
}

// noStrace is why nothing can be traced here, if that is so.
func noStrace() string {
	if _, err := exec.LookPath("strace"); err != nil {
		return "strace is not installed"
	}
	out, err := exec.Command("strace", "-f", "-o", os.DevNull, os.Args[0], "-help").CombinedOutput()
	if line, _, _ := strings.Cut(string(out), "\n"); err != nil && strings.HasPrefix(line, "strace:") {
		return line
	}
	return ""
}

// monitor is the call that the runtime's monitoring thread makes between its
// looks.
const monitor = "nanosleep"

// forFiles lets strace count, and hold up, only calls that take a file or its name.
var forFiles = []string{"--seccomp-bpf", "-e", "trace=%file,%desc"}

// trace counts the calls of a contestant, and returns those of each kind that
// the file takes more than the empty one.
func (e *entry) trace(s settings, path, empty string, want count) (map[string]int, error) {
	calls, err := straceMore(s, e.name, path, empty, want)
	if err != nil {
		return nil, err
	}
	reading, err := straceMore(s, e.name, path, empty, want, forFiles...)
	if err != nil {
		return nil, err
	}
	all, mb := total(calls), float64(want.bytes)/1e6
	own := all - float64(calls[monitor])
	e.add(map[string]float64{
		"all/MB": all / mb, "calls/MB": own / mb, "calls/line": own / float64(want.lines), "reading/MB": total(reading) / mb,
	})
	return calls, nil
}

func total(calls map[string]int) (n float64) {
	for _, of := range calls {
		n += float64(of)
	}
	return n
}

// straceMore counts the calls that a file takes more than an empty one.
func straceMore(s settings, contestant, path, empty string, want count, options ...string) (map[string]int, error) {
	calls, err := straceRead(s, contestant, path, want, options)
	if err != nil {
		return nil, err
	}
	start, err := straceRead(s, contestant, empty, count{}, options)
	for name, n := range start {
		calls[name] -= n
	}
	return calls, err
}

// straceRead lets a contestant read a file and counts its calls.
func straceRead(s settings, contestant, path string, want count, options []string) (calls map[string]int, err error) {
	j := job{Task: "read", Contestant: contestant, Paths: []string{path}, Buffer: s.buffer}
	err = j.within(s, func(j job) error {
		out := filepath.Join(j.Dir, "strace")
		a, err := j.run(append([]string{"strace", "-c", "-f", "-o", out}, options...)...)
		if err != nil {
			return err
		}
		if err := want.check(count{int64(a.Figures["lines"]), int64(a.Figures["bytes"])}); err != nil {
			return err
		}
		text, err := os.ReadFile(out)
		if err != nil {
			return err
		}
		calls, err = parseStrace(text)
		return err
	})
	return calls, err
}

// parseStrace reads the table of strace -c: share, seconds, µs per call,
// calls, errors where there are any, name.
func parseStrace(text []byte) (map[string]int, error) {
	calls := map[string]int{}
	for lines := bufio.NewScanner(bytes.NewReader(text)); lines.Scan(); {
		words := strings.Fields(lines.Text())
		if len(words) < 5 || words[len(words)-1] == "total" {
			continue
		}
		if n, err := strconv.Atoi(words[3]); err == nil {
			calls[words[len(words)-1]] = n
		}
	}
	if len(calls) == 0 {
		return nil, fmt.Errorf("strace printed %q", text)
	}
	return calls, nil
}

// mostOften names the three calls that were made most often.
func mostOften(calls map[string]int) string {
	names := slices.SortedFunc(maps.Keys(calls), func(a, b string) int { return calls[b] - calls[a] })
	var list []string
	for _, name := range names[:min(3, len(names))] {
		list = append(list, fmt.Sprintf("%d %s", calls[name], name))
	}
	return strings.Join(list, ", ")
}

// readTask reads files from their start to their end.
func readTask(j job) (answer, error) {
	got, err := findContestant(j.Contestant).read(j.Paths, j.Buffer)
	return answer{Figures: map[string]float64{"lines": float64(got.lines), "bytes": float64(got.bytes)}}, err
}
