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

// TestNewLogs starts often enough for the oldest logs to go.
func TestNewLogs(t *testing.T) {
	dir := t.TempDir()
	for n := range keptLogs + 3 {
		stdout, stderr, err := newLogs(filepath.Join(dir, "out"), filepath.Join(dir, "err"))
		if err != nil {
			t.Fatal(err)
		}
		for _, log := range []*os.File{stdout, stderr} {
			if _, err := log.WriteString(strconv.Itoa(n)); err != nil {
				t.Fatal(err)
			}
			log.Close()
		}
	}
	want := map[string]string{
		"out": "5", "out.1": "4", "out.2": "3", "out.3": "2",
		"err": "5", "err.1": "4", "err.2": "3", "err.3": "2",
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

func TestNewLogsInNoFolder(t *testing.T) {
	dir := t.TempDir()
	if _, _, err := newLogs(filepath.Join(dir, "out"), filepath.Join(dir, "none", "err")); err == nil {
		t.Error("no error")
	}
}
