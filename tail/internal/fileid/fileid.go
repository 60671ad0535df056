// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package fileid opens files for following and tells which file a handle or a
// path stands for.
package fileid

import (
	"io/fs"
	"os"
	"time"
)

// ID names a file for as long as somebody holds it open: device and inode, on
// Windows volume and file index. A number is given to another file once nobody
// holds the first, so an ID is comparable only with that of an open handle.
type ID struct {
	Dev, Ino uint64
}

// Info is what one stat call says.
type Info struct {
	ID
	Size    int64
	ModTime time.Time
	Mode    fs.FileMode
	// Changed is when the file was last written, renamed, linked or unlinked,
	// in nanoseconds; 0 where the system does not say so for little.
	Changed int64
	// Links counts the names of the file; zero where it has been deleted.
	Links uint64
}

// Trace is what whatever is done to a file changes of it. It is comparable.
type Trace struct {
	Changed, Size int64
	Links         uint64
}

// Trace is that of the file when it was described.
func (i Info) Trace() Trace { return Trace{i.Changed, i.Size, i.Links} }

// Handle describes an open file. It never consults the path.
func Handle(f *File) (Info, error) {
	if err := fail(OpHandle, f.Name()); err != nil {
		return Info{}, err
	}
	return handle(f)
}

// Path describes the file that path names now, symbolic links followed.
func Path(path string) (Info, error) {
	if err := fail(OpPath, path); err != nil {
		return Info{}, err
	}
	return byPath(path)
}

// PathItself is Path, but describes a symbolic link where path names one.
func PathItself(path string) (Info, error) {
	if err := fail(OpPath, path); err != nil {
		return Info{}, err
	}
	return itself(path)
}

// Open opens path for reading and never waits for it: a named pipe without a
// writer opens at once. Others may rename and delete the file meanwhile.
func Open(path string) (*File, error) {
	if err := fail(OpOpen, path); err != nil {
		return nil, err
	}
	return open(path)
}

// OpenOS is Open for one who wants an os.File.
func OpenOS(path string) (*os.File, error) {
	if err := fail(OpOpen, path); err != nil {
		return nil, err
	}
	return openOS(path)
}

// List returns what stands in a folder.
func List(dir string) ([]fs.DirEntry, error) {
	if err := fail(OpList, dir); err != nil {
		return nil, err
	}
	return os.ReadDir(dir)
}

// ReadAt reads what the file holds from off on, as much as one system call
// brings. At the end of the file it returns 0 and no error.
func ReadAt(f *File, b []byte, off int64) (int, error) {
	if err := fail(OpRead, f.Name()); err != nil {
		return 0, err
	}
	n, err := readAt(f, shorter(b, f.Name()), off)
	brought(b[:n], f.Name())
	return n, err
}

// ReadFull is ReadAt, but reads on until b is full or the file ends.
func ReadFull(f *File, b []byte, off int64) (int, error) {
	for done := 0; ; {
		n, err := ReadAt(f, b[done:], off+int64(done))
		done += n
		if n == 0 || err != nil || done == len(b) {
			return done, err
		}
	}
}

// OpenPipe opens a named pipe for reading, without waiting for a writer. Where
// keep is set it is opened for writing too, if that is allowed, so that the end never
// comes: one writer may follow another. Windows has no such pipes: errors.ErrUnsupported.
func OpenPipe(path string, keep bool) (*File, error) {
	f, err := openPipe(path, keep)
	if err != nil {
		return nil, err
	}
	return of(f), nil
}
