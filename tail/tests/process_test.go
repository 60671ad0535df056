// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"os"
	"os/exec"
	"runtime"
	"testing"
)

// inside names the test that a process was started for.
const inside = "TAIL_TEST_INSIDE"

// elsewhere runs this test again in a process of its own, which start makes. It
// reports whether this is that process; the other one has nothing left to do.
func elsewhere(t *testing.T, start func(exe string, args ...string) *exec.Cmd) bool {
	t.Helper()
	if os.Getenv(inside) == t.Name() {
		return true
	}
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := start(exe, "-test.v", "-test.run=^"+t.Name()+"$", "-test.timeout=2m")
	cmd.Env = append(cmd.Environ(), inside+"="+t.Name())
	out, err := cmd.CombinedOutput()
	if err != nil || !bytes.Contains(out, []byte("--- PASS: "+t.Name())) {
		t.Errorf("in a process of its own: %v\n%s", err, out)
	}
	return false
}

// skipWindows skips what Windows does not have.
func skipWindows(t *testing.T, why string) {
	t.Helper()
	if runtime.GOOS == "windows" {
		t.Skip("windows: " + why)
	}
}

// skipWine skips what Windows has, and Wine does otherwise.
func skipWine(t *testing.T, why string) {
	t.Helper()
	if isWine {
		t.Skip("wine: " + why)
	}
}

// staysVisible is what becomes under Wine of a file or folder that is removed
// while somebody has it open.
const staysVisible = "what is removed while it is held keeps its name and can be opened again"
