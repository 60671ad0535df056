// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
)

// File is a file that is open for reading. It does without what an os.File asks of
// the system for each file in case that one can be waited for. It is not to be closed
// while it is used, and it is not closed by itself.
type File struct {
	name string
	fd   uintptr
	of   *os.File // whose descriptor it is; nil where it is its own
}

// of is f as a File; to close the one closes the other.
func of(f *os.File) *File { return &File{name: f.Name(), fd: f.Fd(), of: f} }

// OSFile is the os.File of a named pipe, whose end can be waited for.
func OSFile(f *File) *os.File { return f.of }

// Name is what the file was opened by.
func (f *File) Name() string { return f.name }

// Fd is the descriptor.
func (f *File) Fd() uintptr { return f.fd }

// Close closes the file. To close it again is an error.
func (f *File) Close() error {
	if f.of != nil {
		return f.of.Close()
	}
	if f.fd == closed {
		return &fs.PathError{Op: "close", Path: f.name, Err: fs.ErrClosed}
	}
	err := syscall.Close(int(f.fd))
	f.fd = closed
	return os.NewSyscallError("close", err)
}

const closed = ^uintptr(0)

func open(path string) (*File, error) {
	for {
		fd, err := syscall.Open(path, syscall.O_RDONLY|syscall.O_NONBLOCK|syscall.O_CLOEXEC, 0)
		switch {
		case err == nil:
			return &File{name: path, fd: uintptr(fd)}, nil
		case !errors.Is(err, syscall.EINTR):
			return nil, &fs.PathError{Op: "open", Path: path, Err: err}
		}
	}
}
