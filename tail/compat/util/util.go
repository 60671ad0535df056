// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package util is what nxadm/tail and hpcloud/tail have in theirs, for programs
// that use it. Package tail does not.
package util

import (
	"log"
	"runtime/debug"
)

// Logger is a log.Logger.
type Logger struct {
	*log.Logger
}

// Fatal logs a message and the stack of this goroutine, and ends the process.
func Fatal(logger *Logger, format string, v ...any) {
	logger.Fatalf("FATAL -- "+format+"\n%s", append(v, debug.Stack())...)
}

// PartitionString cuts a string into pieces of so many bytes; the last one may
// be shorter. It panics where that is not positive.
func PartitionString(s string, chunkSize int) []string {
	if chunkSize <= 0 {
		panic("invalid chunkSize")
	}
	var pieces []string
	for len(s) > chunkSize {
		pieces = append(pieces, s[:chunkSize])
		s = s[chunkSize:]
	}
	return append(pieces, s)
}
