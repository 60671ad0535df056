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

// CanAsk says whether an Asker has answers here.
const CanAsk = true

// Trace is that of a file now; an error where it has been closed.
func (a *Asker) Trace(f *os.File) (Trace, error) {
	if err := fail(OpHandle, f.Name()); err != nil {
		return Trace{}, err
	}
	conn, err := f.SyscallConn()
	if err != nil {
		return Trace{}, err
	}
	if a.ask == nil {
		a.ask = func(fd uintptr) { a.err = syscall.Fstat(int(fd), &a.st) }
	}
	if err := conn.Control(a.ask); err != nil {
		return Trace{}, err
	}
	if a.err != nil {
		return Trace{}, &fs.PathError{Op: "fstat", Path: f.Name(), Err: a.err}
	}
	return Trace{a.st.Ctim.Nano(), a.st.Size, uint64(a.st.Nlink)}, nil //nolint:unconvert // the widths differ between the architectures
}
