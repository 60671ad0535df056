// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"runtime"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// ahead is how much may wait in the channel of a Tail, in bytes.
const ahead = 256 << 10

// TestLinesThatWaitAreBounded in memory, whatever their length, where the
// consumer takes none, and none of them is lost.
func TestLinesThatWaitAreBounded(t *testing.T) {
	for name, row := range map[string]struct{ length, lines int }{
		"short": {0, 5000}, "usual": {116, 5000}, "of 1 KiB": {1 << 10, 1000}, "of 64 KiB": {64 << 10, 20}, "of 1 MiB": {1 << 20, 4},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				line := strings.Repeat("x", row.length)
				tl := open(t, logFile(t, strings.Repeat(line+"\n", row.lines)), polled(t))
				got := 0
				for range row.lines {
					synctest.Wait()
					if n := len(tl.Lines); n > 1 && n*row.length > ahead {
						t.Fatalf("%d lines of %d bytes wait", n, row.length)
					}
					if l := nextLine(t, tl); l.Text == line {
						got++
					}
				}
				wantEnd(t, tl)
				if got != row.lines {
					t.Errorf("%d lines came, want %d", got, row.lines)
				}
			})
		})
	}
}

// TestLineKeepsLittleAlive: lines are made in batches, and whoever keeps one
// keeps its batch.
func TestLineKeepsLittleAlive(t *testing.T) {
	const every, most = 1000, 16 << 10
	tl := open(t, logFile(t, strings.Repeat(strings.Repeat("x", 115)+"\n", 200*every)), tail.Config{})
	var kept []*tail.Line
	before := heap()
	n := 0
	for l := range tl.Lines {
		if n++; n%every == 0 {
			kept = append(kept, l)
		}
	}
	if per := (heap() - before) / int64(len(kept)); per > most {
		t.Errorf("a line keeps %d bytes alive, want %d at most", per, most)
	}
	runtime.KeepAlive(kept)
}

// heap is the number of bytes that are alive.
func heap() int64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}
