// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package util stands in for that of github.com/hpcloud/tail.
package util

import (
	"log"
	"os"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/util"
)

// Logger is a log.Logger.
type Logger = util.Logger

// LOGGER is what Fatal writes to: standard error.
var LOGGER = &Logger{Logger: log.New(os.Stderr, "", log.LstdFlags)}

// Fatal logs a message and the stack of this goroutine, and ends the process.
func Fatal(format string, v ...any) { util.Fatal(LOGGER, format, v...) }

// PartitionString cuts a string into pieces of so many bytes; the last one may
// be shorter. It panics where that is not positive.
func PartitionString(s string, chunkSize int) []string { return util.PartitionString(s, chunkSize) }
