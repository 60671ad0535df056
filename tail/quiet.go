// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// This file makes the many files to which nothing happens cost little: one
// goroutine takes the looks of all that no wake-up asks for, and a step is made
// only where such a look finds something.

// quiet is what a follower knows of these looks.
type quiet struct {
	turn watch.Turn
	look time.Time // when the next one is due

	in     *source // stands in folder itself, not as a link
	folder fileid.ID
}

// ownSteps is how many of these looks come before a step that the follower makes
// all the same, should that goroutine be kept by the look at another file.
const ownSteps = 32

// beQuiet leaves the next look, due at f.due, to the hub where it can tell by a
// stat alone that nothing has happened.
func (f *follower) beQuiet(now time.Time) {
	if !f.isQuiet(now) {
		return
	}
	f.quiet.look = f.due
	f.hub.Sweep(&f.quiet.turn, f, f.due)
	f.due = nextTick(now, ownSteps*f.interval())
}

func (f *follower) isQuiet(now time.Time) bool {
	s := f.newest()
	switch {
	case s == nil || len(f.sources) > 1 || !s.isRead() || f.missing || f.blind || s.isRemote():
		return false
	case f.polling && !f.cfg.Poll:
		return now.Before(f.askAgain)
	}
	return f.cfg.Poll || s.watched()
}

// isRead reports whether the file has been read to its end as it is, if it is as
// it was when it was looked at: what has changed it since would show.
func (s *source) isRead() bool {
	return s.info.Changed != 0 && s.drained && s.off == s.info.Size &&
		s.drainedAt.Sub(time.Unix(0, s.info.Changed)) > freshTime
}

// isRemote reports whether a stat of the file may keep the caller waiting for
// another machine.
func (s *source) isRemote() bool {
	if !s.asked {
		s.asked, s.remote = true, watch.Silent(s.f) != nil
	}
	return s.remote
}

// Look looks at a quiet file, for the hub.
func (f *follower) Look(now time.Time, folders *watch.Folders) {
	if !f.mu.TryLock() {
		f.waker.Wake() // a step is under way, and may have asked for this look before it was taken
		return
	}
	defer f.mu.Unlock()
	switch {
	case f.closed:
		return
	case now.Before(f.quiet.look): // there was a step meanwhile
	case f.isQuiet(now) && f.sameAsBefore(now, folders):
		f.quiet.look = nextTick(now, f.interval())
	default:
		f.waker.Wake()
		return
	}
	f.hub.Sweep(&f.quiet.turn, f, f.quiet.look)
}

// sameAsBefore reports whether the path names the newest file still and a stat
// shows what the last look saw of it.
func (f *follower) sameAsBefore(now time.Time, folders *watch.Folders) bool {
	s := f.newest()
	info, err := fileid.Handle(s.f)
	if err != nil || !info.Same(s.info) {
		return false
	}
	return !f.cfg.ReOpen || f.stillNamed(s, now, folders)
}

// stillNamed reports whether the path names s, to which nothing has been done: a
// file that is no link keeps its name in its folder until then, so that only the
// folder is looked at.
func (f *follower) stillNamed(s *source, now time.Time, folders *watch.Folders) bool {
	folder := folders.ID(filepath.Dir(f.path), now)
	if f.quiet.in == s && f.quiet.folder == folder {
		return true
	}
	f.quiet.in = nil
	info, err := fileid.PathItself(f.path)
	if err == nil && info.ID == s.id {
		f.quiet.in, f.quiet.folder = s, folder
		return folder != (fileid.ID{})
	}
	info, err = fileid.Path(f.path)
	return err == nil && info.ID == s.id
}
