// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rddtest

import (
	"errors"
	"os"
	"strings"
	"testing"

	"golang.org/x/sys/unix"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/orphans"
)

// needGuest is an environment variable. Where it is set, a machine without
// guests fails the tests instead of skipping those that need one.
const needGuest = "RDD_NEED_GUEST"

// NeedGuest skips a test where no namespace guest can be made.
func NeedGuest(t *testing.T) {
	t.Helper()
	err := nsguest.Check(t.Context())
	switch {
	case err == nil:
	case os.Getenv(needGuest) != "":
		t.Fatalf("%s is set, and no guest can be made: %v", needGuest, err)
	default:
		t.Skipf("no guest can be made on this Linux machine: %v", err)
	}
}

// Temp makes a folder for temporary files, with a short path that sockets fit
// below, and checks at the end of the test that nothing is left: no file in the
// folder, no mount or socket that is named after it, no process that the test
// has started, directly or not. It must not be used by tests that run in
// parallel.
func Temp(t *testing.T) (dir string) {
	t.Helper()
	if err := orphans.Adopt(); err != nil {
		t.Fatal(err)
	}
	dir, err := os.MkdirTemp("/tmp", "rdd")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		checkNoProcess(t)
		checkEmpty(t, dir)
		checkUnnamed(t, dir, "/proc/self/mountinfo")
		checkUnnamed(t, dir, "/proc/net/unix")
		if err := os.RemoveAll(dir); err != nil {
			t.Error(err)
		}
	})
	return dir
}

// checkNoProcess: each descendant of the test has become its child, by the death
// of those between, and the children have been waited for.
func checkNoProcess(t *testing.T) {
	t.Helper()
	if pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil); !errors.Is(err, unix.ECHILD) {
		t.Errorf("a process is left (wait4: %d, %v)", pid, err)
	}
}

func checkEmpty(t *testing.T, dir string) {
	t.Helper()
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) > 0 {
		t.Errorf("left in %s: %v (%v)", dir, entries, err)
	}
}

func checkUnnamed(t *testing.T, name, list string) {
	t.Helper()
	text, err := os.ReadFile(list)
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(text)) {
		if strings.Contains(line, name) {
			t.Errorf("left in %s: %s", list, line)
		}
	}
}
