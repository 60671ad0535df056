// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import "time"

// This file reads on what was rotated away, for a while: its writer may not have
// opened the new file yet.

const (
	// lateEvery is how often files in their grace period are looked at while there is
	// much to read.
	lateEvery = 20 * time.Millisecond
	// maxOld bounds how many there are: each is a descriptor.
	maxOld = 8
)

// readLate looks at the files in their grace period and ends those whose time
// is over.
func (f *follower) readLate(now time.Time) (chunk, bool) {
	f.late = now
	for _, s := range f.sources[:f.reading] {
		if s.reads.waits(now) {
			continue
		}
		c, ok, err := f.read(s, now)
		if ok {
			return c, true
		}
		if err == nil {
			s.reads = retries{}
		} else if s.reads.fail(now); s.reads.tooMany() {
			f.logf("%s, generation %d, cannot be read on: %v", f.name, s.file.Generation, err)
			s.until = now
		}
	}
	for f.reading > 0 && f.over(f.sources[0], now) {
		if c, ok := f.retire(); ok {
			return c, true
		}
	}
	return chunk{}, false
}

// over reports whether the oldest source has been waited for long enough.
func (f *follower) over(s *source, now time.Time) bool {
	return f.reading > maxOld || f.lastLook(now) || !now.Before(s.until) && !s.reads.under()
}

// retire closes the oldest source and hands out its last piece. What was seen of
// it and is not there any more is told after that.
func (f *follower) retire() (chunk, bool) {
	s := f.sources[0]
	c, ok := s.piece()
	if s.unread() > 0 || s.reads.failures > 0 {
		f.queue = append(f.queue, chunk{file: s.file, offset: s.off, gap: s.neverRead()})
	}
	f.stats.Seen += s.largest
	f.hub.Forget(&f.turn) // it may be in its round still
	s.close()
	f.sources = f.sources[1:]
	f.reading--
	return c, ok
}

// restLate is rest for the files in their grace period, the oldest of which goes first.
func (f *follower) restLate(now time.Time) {
	for i, s := range f.sources[:f.reading] {
		switch {
		case s.reads.under():
			f.dueBy(s.reads.at)
		case i == 0:
			f.dueBy(s.until)
		}
		if s.sub == nil || s.sub.Stale() {
			f.dueBy(now.Add(f.cfg.PollInterval))
		}
	}
}
