// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"errors"
	"fmt"
)

// How a watch ends that was asked to end by itself. Each is found with
// [errors.Is] in what [Watch] returns and in the last pair of [Events], and only
// there where the option of the same name was given.
var (
	// ErrExited follows the exiting event, see [UntilExited].
	ErrExited = errors.New("hostagentevents: the hostagent has exited")
	// ErrReplaced says that another file has taken the log's place, see
	// [UntilReplaced].
	ErrReplaced = errors.New("hostagentevents: another log has taken this one's place")
	// ErrGone says that the instance's folder is not there, see [UntilGone].
	ErrGone = errors.New("hostagentevents: the log's folder is gone")
)

var (
	errNoCallback = errors.New("hostagentevents: onEvent is nil: give a function to call with each event")
	errLogsEnded  = errors.New("hostagentevents: both logs ended, though they were followed")
)

// LogError says that one of the two logs cannot be read. It ends a watch, and is
// found with [errors.As]; [errors.Is] finds its cause.
type LogError struct {
	// Log is "stdout" or "stderr".
	Log string
	// Path is the log's path, as it was given.
	Path string
	// Err is what package tail says of it. It names the path, too.
	Err error
}

func (e *LogError) Error() string {
	return fmt.Sprintf("hostagentevents: cannot follow the %s log: %v", e.Log, e.Err)
}

// Unwrap returns the cause.
func (e *LogError) Unwrap() error { return e.Err }

// errTooLong is a line that is not kept in memory.
var errTooLong = errors.New("longer than the limit")

// LineError says that a line of ha.stdout.log is no event. [WithBadLine] decides
// what comes of it.
type LineError struct {
	// Path is the log's path, as it was given, and Generation the number of
	// the file that it named, counted from 1.
	Path       string
	Generation int
	// Offset is where the line starts in that file, in bytes.
	Offset int64
	// Line is the line without its newline; of one that is over the limit
	// (see [WithMaxLineSize]) its beginning, as long as the limit.
	Line string
	// Err is why it is no event.
	Err error
}

func (e *LineError) Error() string {
	return fmt.Sprintf("hostagentevents: a bad line in %s at offset %d: %v: %.*q", e.Path, e.Offset, e.Err, maxQuoted, e.Line)
}

// Unwrap returns why the line is no event.
func (e *LineError) Unwrap() error { return e.Err }
