// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package watch stands in for that of github.com/hpcloud/tail. A Tail does not use it.
package watch

import (
	"time"

	"gopkg.in/tomb.v1"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/watch"
)

// POLL_DURATION is how often a file is looked at that is polled. It counts for
// tails and watchers that are opened afterwards; set it when none is being
// opened.
var POLL_DURATION = 250 * time.Millisecond //nolint:revive // the name is theirs

// FileWatcher waits for a file, and watches it.
type FileWatcher interface {
	// BlockUntilExists returns when the file exists. The error is
	// tomb.ErrDying when the tomb dies first.
	BlockUntilExists(t *tomb.Tomb) error
	// ChangeEvents tells of changes to a file that has been read to pos, until
	// the name stands for it no more or the tomb dies.
	ChangeEvents(t *tomb.Tomb, pos int64) (*FileChanges, error)
}

// FileChanges tells of changes to a file.
type FileChanges = watch.FileChanges

// NewFileChanges returns a FileChanges without a notice in it.
func NewFileChanges() *FileChanges { return watch.NewFileChanges() }

// InotifyFileWatcher has the kernel tell of changes. Where it does not, the file
// is polled.
type InotifyFileWatcher struct {
	Filename string
	// Size is where ChangeEvents was told to begin.
	Size int64
}

// NewInotifyFileWatcher returns a watcher of a file.
func NewInotifyFileWatcher(filename string) *InotifyFileWatcher {
	return &InotifyFileWatcher{Filename: filename}
}

// BlockUntilExists returns when the file exists, and its folders may be missing
// too. The error is tomb.ErrDying when t dies first.
func (fw *InotifyFileWatcher) BlockUntilExists(t *tomb.Tomb) error {
	return tracker.File(fw.Filename, POLL_DURATION).BlockUntilExists(t)
}

// ChangeEvents tells of changes to the file, which has been read to pos, until
// the name stands for it no more or t dies.
func (fw *InotifyFileWatcher) ChangeEvents(t *tomb.Tomb, pos int64) (*FileChanges, error) {
	fw.Size = pos
	return tracker.File(fw.Filename, POLL_DURATION).ChangeEvents(t, pos)
}

// PollingFileWatcher looks at the file every POLL_DURATION.
type PollingFileWatcher struct {
	Filename string
	Size     int64 // not used
}

// NewPollingFileWatcher returns a watcher of a file.
func NewPollingFileWatcher(filename string) *PollingFileWatcher {
	return &PollingFileWatcher{Filename: filename}
}

// BlockUntilExists returns when the file exists, and its folders may be missing
// too. The error is tomb.ErrDying when t dies first.
func (fw *PollingFileWatcher) BlockUntilExists(t *tomb.Tomb) error {
	return watch.Polled(fw.Filename, POLL_DURATION).BlockUntilExists(t)
}

// ChangeEvents tells of changes to the file, which has been read to pos, until
// the name stands for it no more or t dies.
func (fw *PollingFileWatcher) ChangeEvents(t *tomb.Tomb, pos int64) (*FileChanges, error) {
	return watch.Polled(fw.Filename, POLL_DURATION).ChangeEvents(t, pos)
}
