// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package pidfile

import (
	"os/exec"
	"strconv"
	"testing"

	"golang.org/x/sys/unix"
)

// TestZombie: one that has ended runs no longer, though its number is taken
// until somebody waits for it.
func TestZombie(t *testing.T) {
	cmd := exec.Command("/bin/true", "writer")
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() { _ = cmd.Wait() }()
	if err := unix.Waitid(unix.P_PID, cmd.Process.Pid, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
		t.Fatal(err)
	}
	checkRemoved(t, strconv.Itoa(cmd.Process.Pid), true)
}
