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
