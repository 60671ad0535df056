// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"fmt"
	"io/fs"
)

var (
	// ErrStop is kept for programs that name it; nothing returns it.
	ErrStop = errors.New("tail should now stop")
	// ErrStopAtEOF is what [Tail.Wait] returns after [Tail.StopAtEOF].
	ErrStopAtEOF = errors.New("tail: stop at eof")
	// ErrClosed ends an iteration whose Reader or Group was closed.
	ErrClosed = errors.New("tail: closed")
	// ErrInUse ends an iteration over a Reader or Group that another
	// iteration still goes over.
	ErrInUse = errors.New("tail: an iteration is under way already")
)

// errRewritten: the bytes before the offset are not those that were read.
var errRewritten = errors.New("rewritten")

// errLeft: the consumer left the loop.
var errLeft = errors.New("left")

// named puts the package, what was being done and the file before an error. One
// of the system stays a PathError: os.IsNotExist, which callers of nxadm/tail
// ask, looks into nothing else.
func named(path string, err error) error {
	if pe := (*fs.PathError)(nil); errors.As(err, &pe) {
		return &fs.PathError{Op: "tail: " + pe.Op, Path: path, Err: pe.Err}
	}
	return fmt.Errorf("tail: %s: %w", path, err)
}

// pathFailure is why the path is not looked at any more. Where it never named a
// file the text begins as nxadm/tail's, since programs look for that.
func (f *follower) pathFailure() error {
	if f.stats.Generation > 0 {
		return named(f.name, f.pathErr)
	}
	return fmt.Errorf("tail: Failed to detect creation of %s: %w", f.name, f.pathErr)
}
