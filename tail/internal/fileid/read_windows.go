// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"errors"
	"io/fs"
	"os"
	"runtime"
	"syscall"
)

// readAt calls the system itself because os.File calls it again for what a
// first call did not bring, and the file may have been rewritten between.
func readAt(f *os.File, b []byte, off int64) (int, error) {
	defer runtime.KeepAlive(f)
	at := syscall.Overlapped{Offset: uint32(off), OffsetHigh: uint32(off >> 32)}
	var n uint32
	err := syscall.ReadFile(syscall.Handle(f.Fd()), b, &n, &at)
	if err != nil && !errors.Is(err, syscall.ERROR_HANDLE_EOF) {
		return 0, &fs.PathError{Op: "read", Path: f.Name(), Err: err}
	}
	return int(n), nil
}
