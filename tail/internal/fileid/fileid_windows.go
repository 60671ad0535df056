// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"io/fs"
	"os"
	"syscall"
	"time"
)

// TimesLag says that a file may have been written without its time having
// changed. Windows sees to the time when the writer closes the file.
const TimesLag = true

func handle(f *os.File) (Info, error) {
	fi, err := f.Stat()
	if err != nil {
		return Info{}, err
	}
	var d syscall.ByHandleFileInformation
	if err := syscall.GetFileInformationByHandle(syscall.Handle(f.Fd()), &d); err != nil {
		return Info{}, &fs.PathError{Op: "GetFileInformationByHandle", Path: f.Name(), Err: err}
	}
	return Info{
		ID: ID{
			Dev: uint64(d.VolumeSerialNumber),
			Ino: uint64(d.FileIndexHigh)<<32 | uint64(d.FileIndexLow),
		},
		Size:    int64(d.FileSizeHigh)<<32 | int64(d.FileSizeLow),
		ModTime: time.Unix(0, d.LastWriteTime.Nanoseconds()),
		Mode:    fi.Mode(),
		Links:   uint64(d.NumberOfLinks),
	}, nil
}

// byPath opens the file: what os.Stat returns looks its identity up later, by
// path, and may then meet another file.
func byPath(path string) (Info, error) {
	f, err := open(path)
	if err != nil {
		return Info{}, err
	}
	defer f.Close()
	return handle(f)
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

// open differs from os.Open in FILE_SHARE_DELETE, without which nobody could
// rename or delete a file that is being followed.
func open(path string) (*os.File, error) {
	name, err := syscall.UTF16PtrFromString(longPath(path))
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	h, err := syscall.CreateFile(name, syscall.GENERIC_READ,
		syscall.FILE_SHARE_READ|syscall.FILE_SHARE_WRITE|syscall.FILE_SHARE_DELETE,
		nil, syscall.OPEN_EXISTING, syscall.FILE_ATTRIBUTE_NORMAL|syscall.FILE_FLAG_BACKUP_SEMANTICS, 0)
	if err != nil {
		return nil, &fs.PathError{Op: "open", Path: path, Err: err}
	}
	return os.NewFile(uintptr(h), path), nil
}

// longPath lifts the limit of 260 characters for absolute paths.
func longPath(path string) string {
	if len(path) < 248 || len(path) > 2 && path[:2] == `\\` || len(path) < 3 || path[1] != ':' {
		return path
	}
	b := []byte(`\\?\` + path)
	for i, c := range b {
		if c == '/' {
			b[i] = '\\'
		}
	}
	return string(b)
}
