// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"os"
	"syscall"
	"unsafe"
)

// Waiting is how many bytes are in a pipe; 0 where that cannot be told.
func Waiting(f *os.File) int64 {
	conn, err := f.SyscallConn()
	if err != nil {
		return 0
	}
	var n int32 // an int of C
	_ = conn.Control(func(fd uintptr) {
		//nolint:gosec // the address is that of n, for the time of the call
		_, _, errno := syscall.Syscall(syscall.SYS_IOCTL, fd, syscall.TIOCINQ, uintptr(unsafe.Pointer(&n)))
		if errno != 0 {
			n = 0
		}
	})
	return int64(n)
}
