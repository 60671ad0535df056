// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"io/fs"
	"math"
	"os"
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// This file sees to it that a follower is woken: by the kernel, where that
// watches its files, and by time.

// waking is what a follower knows of its wake-ups.
type waking struct {
	dir      *watch.Sub // of the folder, while the path is missing
	dirName  string
	armed    int // watches that were made since armedAt
	armedAt  time.Time
	polling  bool      // the kernel tells nothing: no watch to be had
	askAgain time.Time // for a watch, while polling

	busy      bool // the file is written all the time, and polled for that reason
	growths   int  // found since growthsAt
	growthsAt time.Time
	grownTo   int64
}

// maxArmed is how many watches a follower may need within a second. One that
// needs more has watches that do not last, and polls.
const maxArmed = 100

// arm sees to it that a wake-up comes when anything changes. It reports whether
// a watch is new: what happened before it stood must be looked for.
func (f *follower) arm(now time.Time) bool {
	if f.cfg.Poll || f.polling && now.Before(f.askAgain) || f.isBusy(now) {
		return false
	}
	fresh, err := f.watchAll(now)
	if err != nil {
		return f.poll(err, now)
	}
	if f.polling {
		f.polling, f.stats.Polling = false, false
		f.logf("watching %s again", f.name)
	}
	return fresh
}

const (
	// A file is busy when it is found to have grown so many times within
	// busyWindow: a wake-up for each write would cost more than the lines. It is
	// looked at every busyEvery then, until it has not grown for calmTime.
	busyTimes           = 16
	busyWindow          = 16 * time.Millisecond
	busyEvery, calmTime = 4 * time.Millisecond, 20 * time.Millisecond
)

// isBusy reports whether the newest file is written so often that no watch is
// wanted. A single write after a calm is not made to wait by that.
func (f *follower) isBusy(now time.Time) bool {
	s := f.newest()
	if s == nil || s.pipe != nil {
		return false
	}
	if f.busy {
		f.busy = now.Sub(s.grew) < calmTime
		return f.busy
	}
	if now.Sub(f.growthsAt) > busyWindow {
		f.growths, f.growthsAt = 0, now
	}
	if s.off != f.grownTo {
		f.grownTo = s.off
		f.growths++
	}
	if f.busy = f.growths >= busyTimes; f.busy && s.sub != nil {
		s.sub.Close()
		s.sub = nil
	}
	return f.busy
}

// watchAll sees to it that everything is watched, and reports whether a watch
// is new.
func (f *follower) watchAll(now time.Time) (fresh bool, err error) {
	if now.Sub(f.armedAt) > time.Second {
		f.armed, f.armedAt = 0, now
	}
	for _, s := range f.sources {
		named := s == f.newest() && !f.missing
		if s.watched() || !named && !watch.ByHandle {
			continue // where its path names another file by now, it is polled
		}
		err := f.watch(s)
		switch {
		case err == nil:
			fresh = true
		case named:
			return false, err
		default:
			s.unwatchable = true // it is polled for the rest of its grace period
		}
	}
	if f.armed > maxArmed {
		return false, errShortWatches
	}
	other, err := f.watchDir()
	return fresh || other, err
}

var errShortWatches = errors.New("watches end as soon as they are made")

// watched reports whether nothing is to be done about the source's watch.
func (s *source) watched() bool {
	return s.pipe != nil || s.unwatchable || s.sub != nil && !s.sub.Stale()
}

// watch subscribes to the source's file, anew where the last watch is gone.
func (f *follower) watch(s *source) error {
	old := s.sub
	sub, err := f.hub.File(s.f, f.path, s.id, f.turn.Waker)
	if old != nil {
		old.Close() // after the new one, so that the hub does not stop between
	}
	s.sub = sub
	f.armed++
	return err
}

// watchDir watches the folder that the missing file would appear in, or the
// nearest one that exists.
func (f *follower) watchDir() (fresh bool, err error) {
	if !f.missing || watch.FilesOnly() {
		f.closeDir()
		return false, nil
	}
	dir, base := filepath.Split(f.path)
	dir = filepath.Clean(dir)
	for !isDir(dir) && filepath.Dir(dir) != dir {
		dir, base = filepath.Dir(dir), filepath.Base(dir)
	}
	if f.dir != nil && !f.dir.Stale() && f.dirName == dir {
		return false, nil
	}
	f.armed++
	old := f.dir
	sub, err := f.hub.Dir(dir, base, f.turn.Waker)
	if old != nil {
		old.Close()
	}
	f.dir, f.dirName = sub, dir
	if errors.Is(err, fs.ErrNotExist) {
		return true, nil // gone again between the look and the watch
	}
	return err == nil, err
}

func (f *follower) closeDir() {
	if f.dir != nil {
		f.dir.Close()
		f.dir, f.dirName = nil, ""
	}
}

func isDir(name string) bool {
	fi, err := os.Stat(name)
	return err == nil && fi.IsDir()
}

// askEvery is how often a watch is asked for again where there was none to be
// had, askSeldom where it did not last.
const askEvery, askSeldom = 15 * time.Second, 5 * time.Minute

// poll falls back to looking regularly, because there is no watch to be had. It
// reports whether it is news.
func (f *follower) poll(err error, now time.Time) bool {
	f.askAgain = now.Add(askEvery)
	if err == errShortWatches { //nolint:errorlint // never wrapped
		f.askAgain = now.Add(askSeldom)
	}
	if f.polling {
		return false
	}
	f.polling, f.stats.Polling = true, true
	f.logf("polling %s every %v, as it cannot be watched: %v", f.name, f.cfg.PollInterval, err)
	return true
}

// rest is done before waiting: buffers are given back, and the time of the
// next look is set.
func (f *follower) rest(now time.Time) {
	for _, s := range f.sources {
		s.rest()
	}
	if f.reads.waits(now) { // nothing is done before
		f.due = momentOf(f.reads.at)
		return
	}
	f.due = math.MaxInt64
	if f.settling(now) || f.final { // the end does not wait for a wake-up
		f.dueBy(now.Add(unsettledEvery))
	}
	if f.busy {
		f.dueBy(now.Add(busyEvery))
	}
	if f.hindered || f.missing && watch.FilesOnly() { // no event tells when that is over
		f.dueBy(now.Add(f.cfg.PollInterval))
	}
	f.restLate(now)
	if s := f.newest(); s != nil && s.held() > 0 && !f.cfg.CompleteLines {
		f.dueBy(s.grew.Add(quietTime))
	}
	calm := f.due == math.MaxInt64 // nothing is due but the next look
	if f.dueBy(watch.NextTick(now, f.interval())); calm {
		f.beQuiet(now)
	}
}

func (f *follower) dueBy(t time.Time) {
	f.due = min(f.due, momentOf(t))
}

// interval is the time to the next look that no wake-up asks for.
func (f *follower) interval() time.Duration {
	if f.cfg.Poll || f.polling {
		return f.cfg.PollInterval
	}
	return f.hub.SafetyTick()
}
