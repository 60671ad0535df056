// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"encoding/json"
	"math"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// recordedLines are the events of a recording as they were written.
func recordedLines(b *testing.B, recording string) (lines [][]byte) {
	b.Helper()
	text := readFile(b, filepath.Join(recordings, recording, "ha.stdout.log"))
	for line := range bytes.Lines(text) {
		lines = append(lines, bytes.TrimSuffix(line, []byte("\n")))
	}
	return lines
}

// mostRatio is what an event may cost, as a multiple of what encoding/json alone
// takes for it.
const mostRatio = 1.5

func unmarshal(line []byte) error { return json.Unmarshal(line, new(Event)) }

// report fails where ours is too much beside plain. Both are the best of their
// rounds: whatever else runs on the machine can only add to them. A few rounds
// are too few to tell.
func report(b *testing.B, ours, plain time.Duration, events int) {
	ratio := float64(ours) / float64(plain)
	b.ReportMetric(float64(ours.Nanoseconds())/float64(events), "ns/event")
	b.ReportMetric(ratio, "ratio")
	if b.N > 10 && ratio > mostRatio {
		b.Errorf("an event costs %.2f times what encoding/json alone does, want at most %v", ratio, mostRatio)
	}
}

// BenchmarkDecode is a decoded event beside encoding/json, by turns.
func BenchmarkDecode(b *testing.B) {
	lines := recordedLines(b, "01-start-progress")
	ours, plain := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	decode := func(line []byte) (err error) { _, err = decodeEvent(line); return err }
	for b.Loop() {
		ours = min(ours, timed(b, lines, decode))
		plain = min(plain, timed(b, lines, unmarshal))
	}
	report(b, ours, plain, len(lines))
}

// BenchmarkWatch is an event from its file to the callback beside encoding/json,
// by turns.
func BenchmarkWatch(b *testing.B) {
	lines := slices.Repeat(recordedLines(b, "01-start-progress"), 10)
	stdout, stderr := filepath.Join(b.TempDir(), "ha.stdout.log"), filepath.Join(b.TempDir(), "ha.stderr.log")
	if err := os.WriteFile(stdout, bytes.Join(append(lines, nil), []byte("\n")), 0o600); err != nil {
		b.Fatal(err)
	}
	ours, plain := time.Duration(math.MaxInt64), time.Duration(math.MaxInt64)
	for b.Loop() {
		start, n := time.Now(), 0
		err := Watch(b.Context(), stdout, stderr, time.Time{}, func(Event) bool {
			n++
			return n == len(lines)
		})
		if err != nil {
			b.Fatal(err)
		}
		ours = min(ours, time.Since(start))
		plain = min(plain, timed(b, lines, unmarshal))
	}
	report(b, ours, plain, len(lines))
}

func timed(b *testing.B, lines [][]byte, decode func([]byte) error) time.Duration {
	start := time.Now()
	for _, line := range lines {
		if err := decode(line); err != nil {
			b.Fatal(err)
		}
	}
	return time.Since(start)
}

// BenchmarkApply is one event of a boot with progress.
func BenchmarkApply(b *testing.B) {
	var events []Event
	for _, line := range recordedLines(b, "01-start-progress") {
		event, err := decodeEvent(line)
		if err != nil {
			b.Fatal(err)
		}
		events = append(events, event)
	}
	b.ReportAllocs()
	for b.Loop() {
		var state State
		for _, event := range events {
			state, _ = state.Apply(event)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/event")
}
