// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package fileid

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"sync"
	"syscall"
)

func openPipe(path string, keep bool) (*os.File, error) {
	if keep {
		f, err := os.OpenFile(path, os.O_RDWR|syscall.O_NONBLOCK, 0)
		if !errors.Is(err, fs.ErrPermission) {
			return f, err
		}
	}
	return openOS(path)
}

// ReadPipe reads what is in a pipe as soon as there is something, and calls got with
// the number of bytes. Both is done with mu locked: to whoever holds it, what was written
// is either read or in the pipe. Where nobody has the pipe open for writing, and nothing
// is in it, the error is io.EOF.
func ReadPipe(f *os.File, b []byte, mu sync.Locker, got func(n int)) error {
	conn, err := f.SyscallConn()
	if err != nil {
		return err
	}
	failure := conn.Read(func(fd uintptr) bool {
		mu.Lock()
		defer mu.Unlock()
		var n int
		if n, err = readPipe(int(fd), b); n > 0 {
			got(n)
		}
		return !errors.Is(err, syscall.EAGAIN) // else it is called again when there is something
	})
	switch {
	case failure != nil:
		return failure
	case err != nil && err != io.EOF: //nolint:errorlint // never wrapped
		return &fs.PathError{Op: "read", Path: f.Name(), Err: err}
	}
	return err
}

func readPipe(fd int, b []byte) (int, error) {
	for {
		switch n, err := syscall.Read(fd, b); {
		case errors.Is(err, syscall.EINTR):
		case err != nil:
			return 0, err
		case n == 0:
			return 0, io.EOF
		default:
			return n, nil
		}
	}
}
