// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// Stream writes the lines of path to w as they come, newlines included and
// whole lines in each call of Write, until the end of the file, or for ever
// where follow is set. Then it follows the name through rotations, waits for a
// file that is missing, and returns when ctx is done, with its cause; without
// follow a missing file is an error. An error of w ends it too and is returned
// wrapped, beside that of the file where there are both. When Stream returns,
// everything it opened is closed.
//
// A last line without newline is written as it is, once its file cannot grow
// any more. Gaps are told to a w that is a [GapWriter].
func Stream(ctx context.Context, w io.Writer, path string, follow bool) error {
	r, err := NewReader(path, Config{
		Follow: follow, ReOpen: follow, MustExist: !follow, CompleteLines: true,
	})
	if err != nil {
		return err
	}
	defer r.Close()
	return r.stream(ctx, w)
}

// GapWriter is a writer that [Stream] tells of gaps, each between the lines that
// come before it and those behind it.
type GapWriter interface {
	io.Writer
	// WriteGap is told of a gap. Its error ends Stream as one of Write does.
	WriteGap(gap *Gap) error
}

func (r *Reader) stream(ctx context.Context, w io.Writer) error {
	for {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		c, out := r.f.step()
		switch out {
		case found:
			if err := c.writeTo(w); err != nil {
				return errors.Join(fmt.Errorf("tail: writing the lines of %s: %w", r.f.name, err), r.f.failure())
			}
		case idle:
			r.pause(ctx.Done(), nil)
		case ended:
			return r.f.failure()
		}
	}
}

// writeTo writes the lines of a chunk, or tells of its gap.
func (c *chunk) writeTo(w io.Writer) error {
	if c.gap == nil {
		n, err := w.Write(c.data)
		if err == nil && n < len(c.data) {
			err = io.ErrShortWrite
		}
		return err
	}
	if g, ok := w.(GapWriter); ok {
		return g.WriteGap(c.gap)
	}
	return nil
}
