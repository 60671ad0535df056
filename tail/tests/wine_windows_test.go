// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"syscall"
	"testing"
)

// isWine says that this Windows is Wine: its ntdll tells the version, which
// that of Windows does not.
var isWine = syscall.NewLazyDLL("ntdll.dll").NewProc("wine_get_version").Find() == nil

// openToAppend opens a file as programs do that let others rename it. Those
// that are written in Go do not.
func openToAppend(t *testing.T, path string) *os.File {
	t.Helper()
	name, err := syscall.UTF16PtrFromString(path)
	must(t, err)
	h, err := syscall.CreateFile(name, syscall.FILE_APPEND_DATA,
		syscall.FILE_SHARE_READ|syscall.FILE_SHARE_WRITE|syscall.FILE_SHARE_DELETE, nil, syscall.OPEN_EXISTING, 0, 0)
	must(t, err)
	return os.NewFile(uintptr(h), path)
}
