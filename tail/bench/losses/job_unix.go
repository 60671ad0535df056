// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !windows

package main

import (
	"runtime"
	"syscall"
)

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
