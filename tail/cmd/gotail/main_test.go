// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"
)

// folder is a temporary folder of this test's own. t.TempDir is not used
// because its clean-up fails the test under Wine.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "gotail")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func TestRun(t *testing.T) {
	name := filepath.Join(folder(t), "log")
	if err := os.WriteFile(name, []byte("1\n2\n3"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		args           []string
		status         int
		stdout, stderr string
	}{
		{[]string{"-n2", name}, 0, "2\n3", ""},
		{[]string{"-n+2", name, name + "x"}, 1, "==> " + name + " <==\n2\n3", "gotail: cannot open "},
		{[]string{"--help"}, 0, usage, ""},
		{[]string{"--version"}, 0, "gotail ", ""},
		{[]string{"-n"}, 2, "", "gotail: option requires an argument -- 'n'\nTry 'gotail --help'"},
	} {
		var stdout, stderr bytes.Buffer
		status := run(test.args, nil, &stdout, &stderr)
		if status != test.status || !strings.HasPrefix(stdout.String(), test.stdout) || !strings.HasPrefix(stderr.String(), test.stderr) {
			t.Errorf("%q: status %d, stdout %q, stderr %q", test.args, status, stdout.String(), stderr.String())
		}
	}
}

func TestWriteFails(t *testing.T) {
	for err, want := range map[error]string{
		syscall.ENOSPC: "gotail: error writing 'standard output': No space left on device\n",
		syscall.EPIPE:  "",
	} {
		var stderr bytes.Buffer
		opts := options{start: start{n: 1}, names: []string{oneLine(t)}}
		if status := newPrinter(opts, nil, failing{err}, &stderr).print(t.Context()); status != 1 || stderr.String() != want {
			t.Errorf("%v: status %d, %q", err, status, stderr.String())
		}
	}
}

// meddler is a writer that does something at the first Write.
type meddler struct {
	bytes.Buffer
	do func()
}

func (m *meddler) Write(p []byte) (int, error) {
	m.do()
	m.do = func() {}
	return m.Buffer.Write(p)
}

// A file that is truncated while it is printed is read on from its start, whether
// by lines or by blocks, and the user is told.
func TestTruncatedWhilePrinted(t *testing.T) {
	for _, start := range []start{{n: 1, fromStart: true}, {n: 1, fromStart: true, bytes: true}} {
		name := filepath.Join(folder(t), "log")
		var messages bytes.Buffer
		w := &meddler{do: func() {
			if err := os.WriteFile(name, []byte("new\n"), 0o600); err != nil {
				t.Error(err)
			}
		}}
		if err := os.WriteFile(name, bytes.Repeat([]byte("line\n"), 200_000), 0o600); err != nil {
			t.Fatal(err)
		}
		status := newPrinter(options{start: start, names: []string{name}}, nil, w, &messages).print(t.Context())
		told := strings.Contains(messages.String(), "has been truncated;  following from its start")
		if status != 0 || !told || !strings.HasSuffix(w.String(), "new\n") {
			t.Errorf("%+v: status %d, %q, %d bytes with %.9q at the end", start, status, messages.String(), w.Len(), w.String()[max(0, w.Len()-9):])
		}
	}
}

// stuck is a writer that nobody reads from.
type stuck struct{ entered, released chan struct{} }

func (s stuck) Write(p []byte) (int, error) {
	close(s.entered)
	<-s.released
	return len(p), nil
}

func TestSignalDuringStuckWrite(t *testing.T) {
	name := oneLine(t)
	synctest.Test(t, func(t *testing.T) {
		w := stuck{make(chan struct{}), make(chan struct{})}
		defer close(w.released)
		ctx, cancel := context.WithCancelCause(t.Context())
		go func() {
			<-w.entered
			cancel(interrupted{syscall.SIGTERM})
		}()
		began := time.Now()
		opts := options{start: start{n: 1}, names: []string{name}}
		if status := supervise(ctx, newPrinter(opts, nil, w, io.Discard)); status != 143 {
			t.Errorf("status %d, want 143", status)
		}
		if took := time.Since(began); took != writeGrace {
			t.Errorf("it took %v, want %v", took, writeGrace)
		}
	})
}

// oneLine returns the name of a file with one line.
func oneLine(t *testing.T) string {
	t.Helper()
	name := filepath.Join(folder(t), "log")
	if err := os.WriteFile(name, []byte("line\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	return name
}
