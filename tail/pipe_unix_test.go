// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tail

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// openPipes makes a named pipe and opens it, so often as there are flags.
func openPipes(t *testing.T, flags ...int) (path string, open []*os.File) {
	t.Helper()
	path = filepath.Join(scratchFolder(t), "pipe")
	must(t, syscall.Mkfifo(path, 0o600))
	for _, flag := range flags {
		f, err := os.OpenFile(path, flag|syscall.O_NONBLOCK, 0)
		must(t, err)
		t.Cleanup(func() { f.Close() })
		open = append(open, f)
	}
	return path, open
}

// TestPipeThatMayOnlyBeRead has one writer after another all the same.
func TestPipeThatMayOnlyBeRead(t *testing.T) {
	path, open := openPipes(t, os.O_RDONLY)
	woken := make(signal, 1)
	p := newPipe(open[0], true, woken)
	defer p.close()
	for _, text := range []string{"one\n", "two\n"} {
		w, err := os.OpenFile(path, os.O_WRONLY, 0)
		must(t, err)
		_, err = w.WriteString(text)
		must(t, err)
		<-woken
		b := make([]byte, 10)
		n, err := p.take(b)
		must(t, err)
		if got := string(b[:n]); got != text {
			t.Errorf("got %q, want %q", got, text)
		}
		must(t, w.Close())
	}
}

// TestPipeThatAnotherReads: what that one takes is not waited for.
func TestPipeThatAnotherReads(t *testing.T) {
	_, open := openPipes(t, os.O_RDWR)
	_, err := open[0].WriteString("one\n")
	must(t, err)
	s := &source{pipe: &pipe{f: open[0]}}
	s.fix()
	if s.limit != 4 || !s.expected() {
		t.Errorf("%d bytes are to come", s.limit)
	}
	_, err = open[0].Read(make([]byte, 4))
	must(t, err)
	if s.expected() {
		t.Error("what another has taken is waited for")
	}
}
