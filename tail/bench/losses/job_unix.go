// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !windows

package main

import (
	"os/exec"
	"runtime"
	"syscall"
)

// apart puts the process into a group of its own, with what it will start.
func apart(cmd *exec.Cmd) { cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// end kills the process and what is left of its group. An error means that
// nothing is left.
func end(cmd *exec.Cmd) { _ = syscall.Kill(-cmd.Process.Pid, syscall.SIGKILL) }

// bequeath does nothing here: the group of the process is killed.
func bequeath() error { return nil }

func makePipe(path string) error { return syscall.Mkfifo(path, 0o600) }

// maxRSS is the most memory that this process has had, in bytes.
func maxRSS() (int, error) {
	var use syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &use); err != nil {
		return 0, err
	}
	if runtime.GOOS == "darwin" {
		return int(use.Maxrss), nil
	}
	return int(use.Maxrss) << 10, nil
}
