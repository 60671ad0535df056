// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"os/exec"
	"testing"
)

// unshared runs this test again in namespaces of its own, which flags are those
// of unshare(1) for, after the script. It reports whether this is there.
func unshared(t *testing.T, flags, script string) bool {
	t.Helper()
	if os.Getenv(inside) == "" {
		if out, err := exec.Command("unshare", flags, "true").CombinedOutput(); err != nil {
			t.Skipf("linux: no user namespace is to be had here: %v: %s", err, out)
		}
	}
	return elsewhere(t, func(exe string, args ...string) *exec.Cmd {
		return exec.Command("unshare", append([]string{flags, "sh", "-c", script + ` && exec "$0" "$@"`, exe}, args...)...)
	})
}
