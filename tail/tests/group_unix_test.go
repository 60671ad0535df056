// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"os"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// A pipe wakes its group as soon as it is open, which is before Add returns.
func TestGroupOfPipes(t *testing.T) {
	leavesNothing(t)
	g := newGroup(t, tail.Config{})
	const pipes = 20
	for range pipes {
		path := namedPipe(t)
		w, err := os.OpenFile(path, os.O_RDWR, 0) // which does not wait for a reader
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { w.Close() })
		if _, err := w.WriteString("one\n"); err != nil {
			t.Fatal(err)
		}
		add(t, g, path, tail.Config{Pipe: true, Follow: true})
	}
	n := 0
	got := rangeOver(t, g, func(string) bool { n++; return n < pipes })
	if all := strings.Join(got, "\n"); strings.Count(all, "pipe: one") != pipes {
		t.Errorf("got\n%s", all)
	}
}
