// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"path/filepath"
	"syscall"
	"unsafe"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

var getDriveType = syscall.NewLazyDLL("kernel32.dll").NewProc("GetDriveTypeW")

// driveRemote is DRIVE_REMOTE: a drive on the network.
const driveRemote = 4

// silentFile returns ErrSilent where f is on a drive of the network, which does
// not tell of all changes.
func silentFile(f *fileid.File) error { return silentDir(filepath.Dir(f.Name())) }

// silentDir is silentFile for a folder.
func silentDir(dir string) error {
	root, err := syscall.UTF16PtrFromString(filepath.VolumeName(dir) + `\`)
	if err == nil && getDriveType.Find() == nil {
		if kind, _, _ := getDriveType.Call(uintptr(unsafe.Pointer(root))); kind == driveRemote {
			return silent("network drive")
		}
	}
	return nil
}
