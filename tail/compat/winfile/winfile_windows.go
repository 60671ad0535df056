// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package winfile opens files in Windows so that others may rename and delete
// them meanwhile.
package winfile

import (
	"os"
	"syscall"
	"unsafe"
)

// Open opens a file as syscall.Open does, and shares it for everything.
func Open(path string, mode int, perm uint32) (syscall.Handle, error) {
	if path == "" {
		return syscall.InvalidHandle, syscall.ERROR_FILE_NOT_FOUND
	}
	name, err := syscall.UTF16PtrFromString(path)
	if err != nil {
		return syscall.InvalidHandle, err
	}
	const share = syscall.FILE_SHARE_READ | syscall.FILE_SHARE_WRITE | syscall.FILE_SHARE_DELETE
	return syscall.CreateFile(name, access(mode), share, inherited(mode), creation(mode), attributes(mode, perm), 0)
}

// OpenFile opens a file as os.OpenFile does, and shares it for everything.
func OpenFile(name string, flag int, perm os.FileMode) (*os.File, error) {
	handle, err := Open(name, flag|syscall.O_CLOEXEC, uint32(perm.Perm()))
	if err != nil {
		return nil, &os.PathError{Op: "open", Path: name, Err: err}
	}
	return os.NewFile(uintptr(handle), name), nil
}

func access(mode int) uint32 {
	var access uint32
	switch mode & (syscall.O_RDONLY | syscall.O_WRONLY | syscall.O_RDWR) {
	case syscall.O_RDONLY:
		access = syscall.GENERIC_READ
	case syscall.O_WRONLY:
		access = syscall.GENERIC_WRITE
	case syscall.O_RDWR:
		access = syscall.GENERIC_READ | syscall.GENERIC_WRITE
	}
	if mode&syscall.O_CREAT != 0 {
		access |= syscall.GENERIC_WRITE
	}
	if mode&syscall.O_APPEND != 0 {
		access = access&^syscall.GENERIC_WRITE | syscall.FILE_APPEND_DATA
	}
	return access
}

func creation(mode int) uint32 {
	has := func(flags int) bool { return mode&flags == flags }
	switch {
	case has(syscall.O_CREAT | syscall.O_EXCL):
		return syscall.CREATE_NEW
	case has(syscall.O_CREAT | syscall.O_TRUNC):
		return syscall.CREATE_ALWAYS
	case has(syscall.O_CREAT):
		return syscall.OPEN_ALWAYS
	case has(syscall.O_TRUNC):
		return syscall.TRUNCATE_EXISTING
	}
	return syscall.OPEN_EXISTING
}

// attributes make a new file read-only where nobody may write to it.
func attributes(mode int, perm uint32) uint32 {
	if mode&syscall.O_CREAT != 0 && perm&syscall.S_IWRITE == 0 {
		return syscall.FILE_ATTRIBUTE_READONLY
	}
	return syscall.FILE_ATTRIBUTE_NORMAL
}

// inherited lets child processes have the file unless O_CLOEXEC is set.
func inherited(mode int) *syscall.SecurityAttributes {
	if mode&syscall.O_CLOEXEC != 0 {
		return nil
	}
	return &syscall.SecurityAttributes{Length: uint32(unsafe.Sizeof(syscall.SecurityAttributes{})), InheritHandle: 1}
}
