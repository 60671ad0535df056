// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"errors"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func namedPipe(t *testing.T) string {
	t.Helper()
	path := filepath.Join(folder(t), "pipe")
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestPipeToItsEnd(t *testing.T) {
	path := namedPipe(t)
	o := follow(t, path, tail.Config{Pipe: true})
	appendTo(t, path, "one\ntwo\npie")
	o.want("one", "two", "pie…", "end")
}

func TestPipeWithOneWriterAfterAnother(t *testing.T) {
	path := namedPipe(t)
	o := follow(t, path, tail.Config{Pipe: true, Follow: true, CompleteLines: true})
	appendTo(t, path, "one\n")
	o.want("one")
	appendTo(t, path, "tw")
	appendTo(t, path, "o\nthree\n")
	o.want("two", "three")
}

func TestPipeWithoutWriterDoesNotHoldUpStop(t *testing.T) {
	for _, cfg := range []tail.Config{{Pipe: true}, {Pipe: true, Follow: true}} {
		tl, err := tail.Open(namedPipe(t), cfg)
		if err != nil {
			t.Fatal(err)
		}
		if err := tl.Stop(); err != nil {
			t.Error(err)
		}
	}
}

func TestMoreThanAPipeHolds(t *testing.T) {
	path := namedPipe(t)
	o := follow(t, path, tail.Config{Pipe: true})
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	lines := numbered(1, 50_000)
	if _, err := w.WriteString(text(lines)); err != nil {
		t.Fatal(err)
	}
	w.Close()
	o.want(lines...)
	o.want("end")
}

// TestStopAtEOFDeliversWhatPipeHolds: what its writer has handed over is there.
func TestStopAtEOFDeliversWhatPipeHolds(t *testing.T) {
	leavesNothing(t)
	for _, lines := range []int{1, 4000} { // the latter are 43 KiB
		for range 50 {
			path := namedPipe(t)
			tl := open(t, path, tail.Config{Follow: true, Pipe: true, CompleteLines: true})
			appendTo(t, path, text(numbered(1, lines)))
			go tl.StopAtEOF()
			if got := texts(t, tl); !slices.Equal(got, numbered(1, lines)) {
				t.Fatalf("%d lines came of %d", len(got), lines)
			}
		}
	}
}

// TestStopAtEOFEndsBesideAWriterOfPipe who goes on.
func TestStopAtEOFEndsBesideAWriterOfPipe(t *testing.T) {
	leavesNothing(t)
	path := namedPipe(t)
	tl := open(t, path, tail.Config{Follow: true, Pipe: true})
	w, err := os.OpenFile(path, os.O_WRONLY, 0)
	must(t, err)
	t.Cleanup(func() { w.Close() }) // which ends a write
	repeat(t, func() { _, _ = w.WriteString("line\n") })
	wantLines(t, tl, "line")
	stopped := make(chan error, 1)
	go func() { stopped <- tl.StopAtEOF() }()
	texts(t, tl)
	if err := receive(t, "StopAtEOF", stopped); !errors.Is(err, tail.ErrStopAtEOF) {
		t.Errorf("StopAtEOF says %v", err)
	}
}
