// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package fileid

import (
	"io/fs"
	"runtime"
	"syscall"
)

func readAt(f *File, b []byte, off int64) (int, error) {
	defer runtime.KeepAlive(f)
	for {
		n, err := syscall.Pread(int(f.Fd()), b, off)
		switch {
		case err == nil:
			return n, nil
		case err != syscall.EINTR:
			return 0, &fs.PathError{Op: "read", Path: f.Name(), Err: err}
		}
	}
}
