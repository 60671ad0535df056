// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package tail stands in for github.com/hpcloud/tail: a program that imports that follows
// its files with github.com/rancher-sandbox/rancher-desktop-daemon/tail after one
// line in its go.mod. What is different is told there, in MIGRATING.md.
package tail

import (
	"os"
	"time"

	"github.com/hpcloud/tail/watch"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

type (
	// Tail follows one file and sends its lines on a channel.
	Tail = tail.Tail
	// Config says how a file is followed.
	Config = tail.Config
	// Line is one line of the file.
	Line = tail.Line
	// SeekInfo is a place in a file.
	SeekInfo = tail.SeekInfo
)

var (
	// DefaultLogger writes to standard error. It is used only where a Config
	// names it.
	DefaultLogger = tail.DefaultLogger
	// DiscardingLogger logs nothing, as does a Config without Logger.
	DiscardingLogger = tail.DiscardingLogger
	// ErrStop is kept for programs that name it; nothing returns it.
	ErrStop = tail.ErrStop
)

// TailFile starts following a file and returns the Tail that sends its lines. A
// Config without PollInterval gets watch.POLL_DURATION as it is now.
func TailFile(filename string, config Config) (*Tail, error) {
	if config.PollInterval == 0 {
		config.PollInterval = max(watch.POLL_DURATION, 0)
	}
	return tail.Open(filename, config)
}

// NewLine returns a line with a text and the present time.
func NewLine(text string) *Line { return &Line{Text: text, Time: time.Now()} }

// OpenFile opens a file for reading and lets others rename and delete it
// meanwhile.
func OpenFile(name string) (*os.File, error) { return tail.OpenFile(name) }
