// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build darwin || dragonfly || freebsd

package watch

import (
	"runtime"
	"syscall"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// local is MNT_LOCAL: the file system is stored on this machine.
const local = 0x1000

// silentFile returns ErrSilent where the file system of f does not tell of all
// changes. One that cannot be asked is taken to do so.
func silentFile(f *fileid.File) error {
	defer runtime.KeepAlive(f)
	var st syscall.Statfs_t
	if syscall.Fstatfs(int(f.Fd()), &st) != nil || st.Flags&local != 0 {
		return nil
	}
	return silent("not local")
}

// silentDir is silentFile for a folder.
func silentDir(dir string) error {
	var st syscall.Statfs_t
	if syscall.Statfs(dir, &st) != nil || st.Flags&local != 0 {
		return nil
	}
	return silent("not local")
}
