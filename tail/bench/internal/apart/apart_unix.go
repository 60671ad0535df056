// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !windows

package apart

import (
	"os/exec"
	"syscall"
)

// apart puts the process into a group of its own, with what it will start.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// end kills the process and what is left of its group. An error means that
// nothing is left.
func end(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// Bequeath is called by a process that Run has started, before it starts
// others. It does nothing here: the group of the process is killed.
func Bequeath() error { return nil }
