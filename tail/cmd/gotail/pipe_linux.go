// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"syscall"
)

// pipeSize holds two blocks of what is read at a time: one can be taken while the next is written.
const pipeSize = 256 << 10

// These commands of fcntl package syscall lacks.
const setPipeSize, getPipeSize = 1031, 1032 // F_SETPIPE_SZ, F_GETPIPE_SZ

// widen makes a pipe large enough for the program not to wait in the middle of each write. It does
// nothing to what is no pipe, or where the system allows no more.
func widen(f *os.File) {
	conn, err := f.SyscallConn()
	if err != nil {
		return
	}
	_ = conn.Control(func(fd uintptr) {
		if size, _, errno := syscall.Syscall(syscall.SYS_FCNTL, fd, getPipeSize, 0); errno == 0 && size < pipeSize {
			_, _, _ = syscall.Syscall(syscall.SYS_FCNTL, fd, setPipeSize, pipeSize)
		}
	})
}
