// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"runtime"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// TestGroupFilesShareBuffers: files that are read to their end one after another
// do not take a buffer, of 128 KiB, each.
func TestGroupFilesShareBuffers(t *testing.T) {
	const files, most = 200, 64 << 10 // with the race detector a pool forgets one in four
	content := strings.Repeat(strings.Repeat("x", 99)+"\n", 1000)
	paths := logFiles(t, files)
	for _, path := range paths {
		write(t, path, content)
	}
	g := newGroup(t, tail.Config{}, paths...)
	g.Finish()
	before := allocated()
	bytes := 0
	for item, err := range g.Lines(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		bytes += len(item.Line) + 1
	}
	if per := (allocated() - before) / files; per > most || bytes != files*len(content) {
		t.Errorf("%d bytes came of %d; %d were allocated for a file, want %d at most", bytes, files*len(content), per, most)
	}
}

// allocated is the number of bytes that have been allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}
