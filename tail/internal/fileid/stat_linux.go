// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"errors"
	"io/fs"
	"syscall"
	"time"
)

// On Linux the system is called directly, because a poll of an idle file is
// little else than this call, and os.Stat allocates.

func byPath(path string) (Info, error) { return stat(path, false) }

func itself(path string) (Info, error) { return stat(path, true) }

func handle(f *File) (Info, error) {
	var st syscall.Stat_t
	if err := syscall.Fstat(int(f.Fd()), &st); err != nil {
		return Info{}, &fs.PathError{Op: "fstat", Path: f.Name(), Err: err}
	}
	return infoOf(&st), nil
}

// stat calls the one or the other by its name: what it fills stays on the stack.
func stat(path string, link bool) (Info, error) {
	var st syscall.Stat_t
	for {
		var err error
		op := "stat"
		if link {
			op, err = "lstat", syscall.Lstat(path, &st)
		} else {
			err = syscall.Stat(path, &st)
		}
		if err == nil {
			return infoOf(&st), nil
		}
		if !errors.Is(err, syscall.EINTR) {
			return Info{}, &fs.PathError{Op: op, Path: path, Err: err}
		}
	}
}

func infoOf(st *syscall.Stat_t) Info {
	return Info{
		//nolint:unconvert // the widths differ between the architectures
		ID:      ID{Dev: uint64(st.Dev), Ino: st.Ino},
		Size:    st.Size,
		ModTime: time.Unix(st.Mtim.Unix()),
		Mode:    modes[st.Mode&syscall.S_IFMT],
		Changed: st.Ctim.Nano(),
		//nolint:unconvert // as above
		Links: uint64(st.Nlink),
	}
}

// modes holds the types of files; a regular one has none of these bits. The
// permissions are of no interest here.
var modes = map[uint32]fs.FileMode{
	syscall.S_IFDIR:  fs.ModeDir,
	syscall.S_IFIFO:  fs.ModeNamedPipe,
	syscall.S_IFSOCK: fs.ModeSocket,
	syscall.S_IFLNK:  fs.ModeSymlink,
	syscall.S_IFCHR:  fs.ModeDevice | fs.ModeCharDevice,
	syscall.S_IFBLK:  fs.ModeDevice,
}
