// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"os"
	"path/filepath"
	"strconv"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// logsIn makes the logs of one start that logs text.
func logsIn(t *testing.T, dir, text string) *newLogs {
	t.Helper()
	logs, err := makeLogs(filepath.Join(dir, "out"), filepath.Join(dir, "err"))
	if err != nil {
		t.Fatal(err)
	}
	for _, log := range []*os.File{logs.stdout, logs.stderr} {
		if _, err := log.WriteString(text); err != nil {
			t.Fatal(err)
		}
	}
	return logs
}

// started makes the logs of n starts, which log their own number.
func started(t *testing.T, dir string, n int) {
	t.Helper()
	for i := range n {
		logs := logsIn(t, dir, strconv.Itoa(i))
		logs.keep()
		logs.close()
	}
}

// TestNewLogs starts often enough for the oldest logs to go.
func TestNewLogs(t *testing.T) {
	dir := t.TempDir()
	started(t, dir, keptLogs+3)
	want := map[string]string{
		"out": "5", "out.1": "4", "out.2": "3", "out.3": "2",
		"err": "5", "err.1": "4", "err.2": "3", "err.3": "2",
	}
	if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// TestNewLogsUndone: starts that do not come about move no log out of sight.
func TestNewLogsUndone(t *testing.T) {
	for _, before := range []int{0, 1, keptLogs + 1} {
		dir := t.TempDir()
		started(t, dir, before)
		want := contents(t, dir)
		for range keptLogs + 2 {
			logsIn(t, dir, "lost").undo()
		}
		if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
			t.Errorf("after %d starts: %s", before, diff)
		}
	}
}

// TestNewLogsOfNothing: starts that log nothing push out none that did.
func TestNewLogsOfNothing(t *testing.T) {
	dir := t.TempDir()
	started(t, dir, 1)
	for range keptLogs + 2 {
		logs := logsIn(t, dir, "")
		logs.keep()
		logs.close()
	}
	want := map[string]string{"out": "", "out.1": "0", "err": "", "err.1": "0"}
	if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// TestNewLogsInTheWay: where one log cannot be made, both stay as they are.
func TestNewLogsInTheWay(t *testing.T) {
	dir, logs := t.TempDir(), t.TempDir()
	started(t, dir, 2)
	want := contents(t, dir)
	out, err := filepath.Join(dir, "out"), filepath.Join(logs, "none", "err")
	for range keptLogs + 2 {
		if _, err := makeLogs(out, err); err == nil {
			t.Error("no error")
		}
	}
	if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

// TestNotLaunched: no hostagent comes about, as its arguments cannot be passed.
func TestNotLaunched(t *testing.T) {
	dir := t.TempDir()
	started(t, dir, keptLogs)
	want := contents(t, dir)
	lock, err := takeLock(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	defer dropLock(lock)
	p := &Process{Stdout: filepath.Join(dir, "out"), Stderr: filepath.Join(dir, "err"), done: make(chan struct{})}
	for range keptLogs + 2 {
		if err := p.start([]string{"\x00"}, lock); err == nil {
			t.Fatal("no error")
		}
	}
	if diff := cmp.Diff(want, contents(t, dir)); diff != "" {
		t.Error(diff)
	}
}

func contents(t *testing.T, dir string) map[string]string {
	t.Helper()
	found := map[string]string{}
	entries, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		text, err := os.ReadFile(filepath.Join(dir, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		found[entry.Name()] = string(text)
	}
	return found
}
