// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"hash/maphash"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// This file remembers bytes that were read by their hash, so that they can be
// known again.

// mark stands for the last n bytes before an offset.
type mark struct {
	n   int
	sum uint64
}

var markSeed = maphash.MakeSeed()

func markOf(b []byte) mark {
	b = b[max(0, len(b)-overlap):]
	return mark{n: len(b), sum: maphash.Bytes(markSeed, b)}
}

// beginning stands for the first bytes of a file, the very first as they are: a
// shorter file can be compared with them.
type beginning struct {
	mark
	first [32]byte
}

func beginningOf(b []byte) beginning {
	b = b[:min(len(b), overlap)]
	begin := beginning{mark: markOf(b)}
	copy(begin.first[:], b)
	return begin
}

// like reports whether a file of that size may begin like that.
func (b *beginning) like(f *fileid.File, size int64) bool {
	if size >= int64(b.n) {
		return matches(f, 0, b.mark)
	}
	var is [len(b.first)]byte
	n, err := fileid.ReadFull(f, is[:min(size, int64(len(is)))], 0)
	return err == nil && bytes.Equal(is[:n], b.first[:n])
}

// headOf is the mark of the beginning of a file; the zero mark where it cannot
// be read.
func headOf(path string) mark {
	f, err := fileid.Open(path)
	if err != nil {
		return mark{}
	}
	defer f.Close()
	return markAt(f, 0)
}

// head is the beginning of an open file; the zero one where it cannot be read.
func head(f *fileid.File) beginning {
	var b [overlap]byte
	n, err := fileid.ReadFull(f, b[:], 0)
	if err != nil {
		return beginning{}
	}
	return beginningOf(b[:n])
}

// markAt is the mark of what stands behind an offset.
func markAt(f *fileid.File, off int64) mark {
	var b [overlap]byte
	n, err := fileid.ReadFull(f, b[:], off)
	if err != nil {
		return mark{}
	}
	return markOf(b[:n])
}

func headMatches(path string, m mark) bool {
	return holdsFor(path, func(f *fileid.File) bool { return matches(f, 0, m) })
}

// holdsFor reports whether something holds for the file of that name. Nothing does
// for one that cannot be opened.
func holdsFor(path string, something func(f *fileid.File) bool) bool {
	f, err := fileid.Open(path)
	if err != nil {
		return false
	}
	defer f.Close()
	return something(f)
}

// matches reports whether m is the mark of what stands in f at off.
func matches(f *fileid.File, off int64, m mark) bool {
	var b [overlap]byte
	n, err := fileid.ReadFull(f, b[:m.n], off)
	return err == nil && n == m.n && markOf(b[:n]) == m
}
