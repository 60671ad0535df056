// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"io"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// start is the offset at which a file is begun that is there at the start.
func (f *follower) start(file *fileid.File, size int64) (int64, error) {
	loc := f.cfg.Location
	switch {
	case loc != nil && loc.Whence != io.SeekEnd:
		if loc.Offset > size && !reaches(file, loc.Offset) {
			f.logf("%s has %d bytes and cannot be the file that was read to %d: starting at its beginning", f.name, size, loc.Offset)
			return 0, nil
		}
		return loc.Offset, nil
	case loc != nil:
		return max(0, size+loc.Offset), nil
	case f.cfg.LastLines > 0:
		return lastLines(file, size, f.cfg.LastLines)
	}
	return 0, nil
}

// reaches reports whether a file has a byte before the offset, whatever it says
// of its size: files of the kernel's say that they are empty.
func reaches(file *fileid.File, offset int64) bool {
	var b [1]byte
	n, err := fileid.ReadAt(file, b[:], offset-1)
	return n == 1 && err == nil
}

// lastLines finds where the last n lines of a file begin, reading backwards. A
// last piece without newline counts as a line.
func lastLines(file *fileid.File, size int64, n int) (int64, error) {
	buf := buffers.Get().(*[bufSize]byte)
	defer buffers.Put(buf)
	if size == 0 { // a file of the kernel's, perhaps, which has content all the same
		var err error
		if size, err = length(file, buf[:]); err != nil {
			return 0, err
		}
	}
	for end := size; end > 0; {
		start := max(0, end-bufSize)
		got, err := fileid.ReadFull(file, buf[:end-start], start)
		if err != nil {
			return 0, err
		}
		block := buf[:got]
		if end == size {
			block = bytes.TrimSuffix(block, []byte("\n"))
		}
		for i := bytes.LastIndexByte(block, '\n'); i >= 0; i = bytes.LastIndexByte(block[:i], '\n') {
			if n--; n == 0 {
				return start + int64(i) + 1, nil
			}
		}
		end = start
	}
	return 0, nil
}

// length is how much of a file there is to read, whatever it says of its size.
func length(file *fileid.File, buf []byte) (int64, error) {
	for size := int64(0); ; {
		n, err := fileid.ReadAt(file, buf, size)
		if n == 0 || err != nil {
			return size, err
		}
		size += int64(n)
	}
}
