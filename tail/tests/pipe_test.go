// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"os"
	"path/filepath"
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
