// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"fmt"
)

// Item is what a [Reader] or [Group] finds: a line or, where Gap is set, the
// report of a gap.
type Item struct {
	// Line holds the bytes of the line without its newline; a carriage return
	// is kept. It is valid until the iteration goes on. nil for a gap.
	Line []byte
	// Offset is where the line or the gap starts in its file, in bytes.
	Offset int64
	// End is the offset just behind the line, its newline included: where to
	// go on later. For a gap it is where reading goes on.
	End int64
	// File is the file that the line stood in.
	File *File
	// Gap is set where bytes cannot be read any more.
	Gap *Gap
}

// Partial reports that the line had no newline when it was handed out: the
// last piece of a file, or one cut off by Config.MaxLineSize.
func (i Item) Partial() bool {
	return i.Gap == nil && i.End == i.Offset+int64(len(i.Line))
}

// Text returns the line as a string of its own.
func (i Item) Text() string { return string(i.Line) }

// File is one of the files that a path has named in turn. Its values do not
// change, so Items may be told apart by the pointer.
type File struct {
	// Path is the path as the caller gave it.
	Path string
	// Generation counts the files that the path has named, from 1. A file
	// that was truncated counts as a new one, since its offsets start again.
	Generation int
}

// chunk is what one step finds: whole lines, one piece of a line, or a gap.
type chunk struct {
	file   *File
	offset int64
	data   []byte // valid until the next step
	gap    *Gap
}

func (c *chunk) empty() bool { return len(c.data) == 0 && c.gap == nil }

// next cuts the first line off, or a piece of it where it is longer than
// limit and limit is not 0.
func (c *chunk) next(limit int) Item {
	if c.gap != nil {
		it := Item{Offset: c.gap.Offset, End: c.offset, File: c.file, Gap: c.gap}
		c.gap = nil
		return it
	}
	line, n := c.data, len(c.data)
	if i := bytes.IndexByte(c.data, '\n'); i >= 0 {
		line, n = c.data[:i], i+1
	}
	if limit > 0 && len(line) > limit {
		line, n = line[:limit], limit
	}
	it := Item{Line: line[:len(line):len(line)], Offset: c.offset, End: c.offset + int64(n), File: c.file}
	c.data, c.offset = c.data[n:], it.End
	if len(c.data) == 0 {
		c.data = nil // an empty rest would keep the whole buffer alive
	}
	return it
}

// GapKind says why bytes cannot be read any more.
type GapKind int

// The kinds of gap.
const (
	// GapTruncated: the file was truncated or rewritten in place.
	GapTruncated GapKind = iota + 1
	// GapReplaced: the file was deleted or moved out of sight and another put
	// in its place; whether there were further ones between is unknown.
	GapReplaced
	// GapUnreadable: a network file system has lost the open file.
	GapUnreadable
)

var gapKinds = map[GapKind]string{GapTruncated: "truncated", GapReplaced: "replaced", GapUnreadable: "unreadable"}

func (k GapKind) String() string {
	if s, ok := gapKinds[k]; ok {
		return s
	}
	return fmt.Sprintf("GapKind(%d)", int(k))
}

// Gap reports bytes that were written and cannot be read any more.
type Gap struct {
	Kind GapKind
	// Generation is that of the file which held them.
	Generation int
	// Offset is where they started in it.
	Offset int64
	// Bytes is how many are known to be lost; 0 where none are known.
	Bytes int64
	// Unknown says that more than Bytes may be lost, or nothing at all.
	Unknown bool
}

func (g *Gap) String() string {
	size := fmt.Sprintf("%d bytes", g.Bytes)
	switch {
	case g.Unknown && g.Bytes > 0:
		size = "at least " + size
	case g.Unknown:
		size = "an unknown number of bytes"
	}
	return fmt.Sprintf("%s: %s of generation %d from offset %d", g.Kind, size, g.Generation, g.Offset)
}
