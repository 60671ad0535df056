// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package fileid

import (
	"os"
	"syscall"
)

func openPipe(path string, keep bool) (*os.File, error) {
	if keep {
		return os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
	}
	return openOS(path)
}
