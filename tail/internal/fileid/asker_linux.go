// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"io/fs"
	"os"
	"syscall"
)

// An Asker asks files that others may close meanwhile. It is for one goroutine.
// The zero value is ready for use.
type Asker struct {
	st  syscall.Stat_t
	err error
	ask func(fd uintptr) // made once
}

// Askable is an open file as an Asker takes it.
type Askable struct {
	file *os.File
	conn syscall.RawConn
}

// ToAsk makes an open file one for an Asker.
func ToAsk(f *os.File) (Askable, error) {
	conn, err := f.SyscallConn()
	return Askable{f, conn}, err
}

// Trace is that of a file now; an error where it has been closed.
func (a *Asker) Trace(f Askable) (Trace, error) {
	if err := fail(OpHandle, f.file.Name()); err != nil {
		return Trace{}, err
	}
	if a.ask == nil {
		a.ask = func(fd uintptr) { a.err = syscall.Fstat(int(fd), &a.st) }
	}
	if err := f.conn.Control(a.ask); err != nil {
		return Trace{}, err
	}
	if a.err != nil {
		return Trace{}, &fs.PathError{Op: "fstat", Path: f.file.Name(), Err: a.err}
	}
	return Trace{a.st.Ctim.Nano(), a.st.Size, uint64(a.st.Nlink)}, nil //nolint:unconvert // the widths differ between the architectures
}
