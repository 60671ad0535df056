// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// This file makes the many files to which nothing happens cost little: the hub
// takes the looks of all that no wake-up asks for, and a step is made only where
// such a look finds something.

// quiet is what a follower knows of these looks.
type quiet struct {
	// in stands in the folder itself, not as a link.
	in     *source
	folder fileid.ID
}

// ownSteps is how many safety ticks, or looks where those come more seldom, go by
// before a step that the follower makes all the same, should the hub be kept by the
// look at another file. Such a step costs as much as ten looks.
const ownSteps = 64

// beQuiet leaves the next looks to the hub where it can tell by a stat alone that
// nothing has happened.
func (f *follower) beQuiet(now time.Time) {
	s := f.newest()
	if !f.isQuiet(now) || !s.toAsk() {
		return
	}
	var folder *watch.Folder
	if f.cfg.ReOpen {
		folder = f.hub.Folder(filepath.Dir(f.path))
		if !f.standsIn(folder.ID(now)) {
			return
		}
	}
	every := max(f.interval(), f.hub.SafetyTick())
	f.due = momentOf(watch.NextTick(now.Add((ownSteps-1)*every), every)) // not all of them at one moment
	if f.polling {
		f.dueBy(f.askAgain)
	}
	p := f.compact()
	p.Folder = folder
	f.hub.Sweep(&f.turn, &p.Quiet)
	f.park(p)
}

func (f *follower) isQuiet(now time.Time) bool {
	s := f.newest()
	switch {
	case s == nil || len(f.sources) > 1 || !s.isRead() || f.missing || f.blind:
		return false
	case f.polling && !f.cfg.Poll:
		return now.Before(f.askAgain)
	}
	return f.cfg.Poll || s.watched()
}

// isRead reports whether the file has been read to its end as it is, if it is as
// it was when it was looked at: what has changed it since would show.
func (s *source) isRead() bool {
	return s.info.Changed != 0 && s.off == s.info.Size && s.readSince(s.info)
}

// toAsk makes the file one that the hub may ask, unless that may keep it waiting
// for another machine.
func (s *source) toAsk() bool {
	if !s.asked {
		s.asked, s.askable = true, fileid.CanTrace && watch.Silent(s.f) == nil
	}
	return s.askable
}

// standsIn reports whether the newest file has its name in this folder, not as a
// link: it keeps it there until something is done to the file.
func (f *follower) standsIn(folder fileid.ID) bool {
	s := f.newest()
	if f.quiet.in == s && f.quiet.folder == folder {
		return true
	}
	f.quiet.in = nil
	if info, err := fileid.PathItself(f.path); err != nil || info.ID != s.id || folder == (fileid.ID{}) {
		return false
	}
	f.quiet.in, f.quiet.folder = s, folder
	return true
}
