// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"os"
	"syscall"
)

// CanTrace says whether TraceOf has answers here.
const CanTrace = true

// TraceOf is the Trace of an open file, by its descriptor alone.
func TraceOf(fd uintptr, f *File) (Trace, error) {
	if seam.Load() != nil {
		if err := fail(OpHandle, f.Name()); err != nil {
			return Trace{}, err
		}
	}
	var st syscall.Stat_t
	if err := syscall.Fstat(int(fd), &st); err != nil {
		return Trace{}, os.NewSyscallError("fstat", err)
	}
	return Trace{st.Ctim.Nano(), st.Size, uint64(st.Nlink)}, nil //nolint:unconvert // the widths differ between the architectures
}
