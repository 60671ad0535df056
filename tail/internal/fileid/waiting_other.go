// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !linux

package fileid

import "os"

// Waiting is how many bytes are in a pipe; 0 where that cannot be told. On macOS and the
// BSDs it is what the size of a pipe means.
func Waiting(f *os.File) int64 {
	info, err := f.Stat()
	if err != nil {
		return 0
	}
	return info.Size()
}
