// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package winfile stands in for that of github.com/hpcloud/tail.
package winfile

import (
	"os"
	"syscall"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/winfile"
)

// Open opens a file as syscall.Open does, and shares it for everything.
func Open(path string, mode int, perm uint32) (syscall.Handle, error) {
	return winfile.Open(path, mode, perm)
}

// OpenFile opens a file as os.OpenFile does, and shares it for everything.
func OpenFile(name string, flag int, perm os.FileMode) (*os.File, error) {
	return winfile.OpenFile(name, flag, perm)
}
