// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"errors"
	"io/fs"
	"os"
	"syscall"
	"time"

	"gopkg.in/tomb.v1"
)

// ErrClosed is what [File.BlockUntilExists] returns when the watch of its file
// is removed meanwhile. Programs compare the text.
var ErrClosed = errors.New("inotify watcher has been closed")

// tick is how often a file is looked at of which the kernel is to tell: a
// notice of the kernel's that is lost, or that never comes, costs so much time.
const tick = time.Second

// File is a file to wait for or to watch. It looks at the file by itself, at
// each Interval and when the kernel tells of something: what it is told is
// never believed.
type File struct {
	name string
	// interval is how often it looks where the kernel does not tell.
	interval time.Duration
	hub      *hub // nil: it polls
}

// Polled returns a file that is looked at every interval.
func Polled(name string, interval time.Duration) File {
	return File{name: name, interval: positive(interval)}
}

// positive makes an interval one that a ticker takes.
func positive(interval time.Duration) time.Duration {
	return max(interval, time.Millisecond)
}

// watching is what a File has while it waits.
type watching struct {
	File
	sub    *sub // nil where the kernel does not tell
	ticker *time.Ticker
}

// begin starts to be told. Where the kernel has no watch to give, as for a
// folder that is missing, the file is polled.
func (f File) begin() *watching {
	if f.hub != nil {
		if s, err := f.hub.join(f.name, nil); err == nil {
			return &watching{File: f, sub: s, ticker: time.NewTicker(tick)}
		}
	}
	return &watching{File: f, ticker: time.NewTicker(f.interval)}
}

func (w *watching) end() {
	w.ticker.Stop()
	if w.sub != nil {
		w.hub.leave(w.sub)
	}
}

// wait waits until it is time to look.
func (w *watching) wait(t *tomb.Tomb) error {
	var wake, ended chan struct{}
	if w.sub != nil {
		wake, ended = w.sub.wake, w.sub.ended
	}
	select {
	case <-t.Dying():
		return tomb.ErrDying
	case <-ended:
		return ErrClosed
	case <-wake:
	case <-w.ticker.C:
	}
	return nil
}

// BlockUntilExists returns when the file exists, and its folders may be missing
// too. The error is tomb.ErrDying when t dies first, ErrClosed when the watch
// is removed, or what hinders from telling whether the file exists.
func (f File) BlockUntilExists(t *tomb.Tomb) error {
	w := f.begin()
	defer w.end()
	for {
		if _, err := os.Stat(f.name); !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		if err := w.wait(t); err != nil {
			return err
		}
	}
}

// ChangeEvents tells of changes to a file that has been read to pos, until the
// name stands for it no more, t dies or the watch is removed. A file that is
// missing is an error.
func (f File) ChangeEvents(t *tomb.Tomb, pos int64) (*FileChanges, error) {
	w := f.begin() // before the first look, so that nothing falls between
	first, err := stat(f.name)
	if err != nil {
		w.end()
		return nil, err
	}
	changes := NewFileChanges()
	go func() {
		defer w.end()
		seen := state{info: first, size: pos, modified: first.ModTime()}
		for seen.look(f.name, changes) && w.wait(t) == nil {
			continue
		}
	}()
	return changes, nil
}

// state is a file as it was when last looked at.
type state struct {
	info     fs.FileInfo // tells which file it is
	size     int64
	modified time.Time
}

// look compares the file with what it was. It reports false when the name
// stands for it no more.
func (s *state) look(name string, changes *FileChanges) bool {
	info, err := stat(name)
	switch {
	case errors.Is(err, fs.ErrNotExist), errors.Is(err, syscall.ENOTDIR), err == nil && !os.SameFile(s.info, info):
		changes.NotifyDeleted()
		return false
	case err != nil: // it may pass
		return true
	case info.Size() < s.size:
		changes.NotifyTruncated()
	case info.Size() > s.size, !info.ModTime().Equal(s.modified):
		changes.NotifyModified()
	}
	s.size, s.modified = info.Size(), info.ModTime()
	return true
}

// stat is os.Stat that finds out at once which file it is: in Windows os.SameFile
// would ask for it later, of whatever has the name by then.
func stat(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	if err == nil {
		os.SameFile(info, info)
	}
	return info, err
}
