// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"fmt"
	"math"
	"sync/atomic"
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

// chunk is what one step finds: whole lines, one piece of a line, or a gap, which
// has no data.
type chunk struct {
	file   *File
	offset int64  // of data in the file
	data   []byte // valid until the next step
	pos    int    // what lies before it in data has been cut off
	gap    *Gap
}

func (c *chunk) empty() bool { return c.pos == len(c.data) && c.gap == nil }

// left is the number of bytes that have not been cut off.
func (c *chunk) left() int { return len(c.data) - c.pos }

// yieldAll yields what is in the chunk, until the consumer leaves, which it
// reports by false, or done is closed or over set. It makes each whole line
// where it yields it, which takes half the time of having next do so.
func (c *chunk) yieldAll(limit int, done <-chan struct{}, over *atomic.Bool, yield func(Item, error) bool) bool {
	most := math.MaxInt // where the newline of a line is looked for
	if 0 < limit && limit < most {
		most = limit + 1
	}
	it := Item{File: c.file, End: c.offset + int64(c.pos)}
	for !over.Load() {
		if done != nil { // context.Background has none
			select { // of one case and default: one of two would cost more than the line
			case <-done:
				return true
			default:
			}
		}
		rest := c.data[c.pos:]
		i := bytes.IndexByte(rest[:min(len(rest), most)], '\n')
		if i < 0 { // a piece, a gap without any data, or the end
			if c.empty() {
				return true
			}
			if !yield(c.next(limit), nil) {
				return false
			}
			it.End = c.offset + int64(c.pos)
			continue
		}
		c.pos += i + 1
		it.Line, it.Offset, it.End = rest[:i:i], it.End, it.End+int64(i)+1
		if !yield(it, nil) {
			return false
		}
	}
	return true
}

// next cuts the first line off, or the gap.
func (c *chunk) next(limit int) Item {
	if c.gap != nil {
		it := Item{Offset: c.gap.Offset, End: c.offset, File: c.file, Gap: c.gap}
		c.gap = nil
		return it
	}
	rest, start := c.data[c.pos:], c.offset+int64(c.pos)
	n, whole := cutLine(rest, limit)
	c.pos += whole
	return Item{Line: rest[:n:n], Offset: start, End: start + int64(whole), File: c.file}
}

// cutLine returns the length of the first line of b without and with its
// newline, or of a piece of it where it is longer than limit and limit is not
// 0.
func cutLine(b []byte, limit int) (line, whole int) {
	if 0 < limit && limit < len(b) {
		b = b[:limit+1] // else a long line is searched again for each of its pieces
	}
	line = bytes.IndexByte(b, '\n')
	whole = line + 1
	if line < 0 {
		line, whole = len(b), len(b)
	}
	if limit > 0 && line > limit {
		line, whole = limit, limit
	}
	return line, whole
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
