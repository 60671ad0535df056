// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix && !linux

package fileid

import (
	"os"
	"syscall"
)

func byPath(path string) (Info, error) { return stat(path, os.Stat) }

func itself(path string) (Info, error) { return stat(path, os.Lstat) }

func stat(path string, call func(string) (os.FileInfo, error)) (Info, error) {
	fi, err := call(path)
	if err != nil {
		return Info{}, err
	}
	return info(fi), nil
}

func handle(f *os.File) (Info, error) {
	fi, err := f.Stat()
	if err != nil {
		return Info{}, err
	}
	return info(fi), nil
}

func info(fi os.FileInfo) Info {
	i := Info{Size: fi.Size(), ModTime: fi.ModTime(), Mode: fi.Mode(), Links: 1}
	if st, ok := fi.Sys().(*syscall.Stat_t); ok {
		//nolint:unconvert // the widths differ between the systems
		i.ID, i.Links = ID{Dev: uint64(st.Dev), Ino: uint64(st.Ino)}, uint64(st.Nlink)
	}
	return i
}
