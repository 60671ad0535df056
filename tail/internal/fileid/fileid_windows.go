// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"time"
)

// TimesLag says that a file may have been written without its time having
// changed. Windows sees to the time when the writer closes the file.
const TimesLag = true

func handle(f *os.File) (Info, error) {
	defer runtime.KeepAlive(f)
	return describe(syscall.Handle(f.Fd()), f.Name())
}

// byPath opens the file: what os.Stat returns looks its identity up later, by
// path, and may then meet another file. It asks to see no more than attributes,
// which is granted also while another program has the file for itself.
func byPath(path string) (Info, error) {
	h, err := create(path, fileReadAttributes)
	if err != nil {
		return Info{}, err
	}
	defer syscall.CloseHandle(h) //nolint:errcheck // nothing was written
	return describe(h, path)
}

// itself tells links by their mode alone, and opens what is none.
func itself(path string) (Info, error) {
	fi, err := os.Lstat(path)
	if err != nil {
		return Info{}, err
	}
	if !fi.Mode().IsRegular() {
		return Info{Mode: fi.Mode()}, nil
	}
	return byPath(path)
}

// describe tells what only files have to tell of files alone.
func describe(h syscall.Handle, path string) (Info, error) {
	switch kind, err := syscall.GetFileType(h); {
	case err != nil:
		return Info{}, &fs.PathError{Op: "GetFileType", Path: path, Err: err}
	case kind == syscall.FILE_TYPE_PIPE:
		return Info{Mode: fs.ModeNamedPipe}, nil
	case kind != syscall.FILE_TYPE_DISK:
		return Info{Mode: fs.ModeDevice | fs.ModeCharDevice}, nil
	}
	var d syscall.ByHandleFileInformation
	if err := syscall.GetFileInformationByHandle(h, &d); err != nil {
		return Info{}, &fs.PathError{Op: "GetFileInformationByHandle", Path: path, Err: err}
	}
	info := Info{
		ID: ID{
			Dev: uint64(d.VolumeSerialNumber),
			Ino: uint64(d.FileIndexHigh)<<32 | uint64(d.FileIndexLow),
		},
		Size:    int64(d.FileSizeHigh)<<32 | int64(d.FileSizeLow),
		ModTime: time.Unix(0, d.LastWriteTime.Nanoseconds()),
		Links:   uint64(d.NumberOfLinks),
	}
	if d.FileAttributes&syscall.FILE_ATTRIBUTE_DIRECTORY != 0 {
		info.Mode = fs.ModeDir
	}
	return info, nil
}

func openOS(path string) (*os.File, error) {
	h, err := create(path, syscall.GENERIC_READ)
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(h), path), nil
}

const fileReadAttributes = 0x80 // FILE_READ_ATTRIBUTES, which package syscall lacks

// create differs from os.Open in FILE_SHARE_DELETE, without which nobody could
// rename or delete a file that is being followed.
func create(path string, access uint32) (syscall.Handle, error) {
	name, err := syscall.UTF16PtrFromString(longPath(path))
	if err == nil {
		var h syscall.Handle
		h, err = syscall.CreateFile(name, access,
			syscall.FILE_SHARE_READ|syscall.FILE_SHARE_WRITE|syscall.FILE_SHARE_DELETE,
			nil, syscall.OPEN_EXISTING, syscall.FILE_ATTRIBUTE_NORMAL|syscall.FILE_FLAG_BACKUP_SEMANTICS, 0)
		if err == nil {
			return h, nil
		}
	}
	return syscall.InvalidHandle, &fs.PathError{Op: "open", Path: path, Err: err}
}

// longPath lifts the limit of 260 characters. What it returns is taken by the
// letter, so it has to be absolute, and clean.
func longPath(path string) string {
	if len(path) < 248 || strings.HasPrefix(path, `\\?\`) || strings.HasPrefix(path, `\\.\`) {
		return path
	}
	abs, err := filepath.Abs(path)
	switch {
	case err != nil:
		return path
	case strings.HasPrefix(abs, `\\`): // \\server\share
		return `\\?\UNC` + abs[1:]
	}
	return `\\?\` + abs
}
