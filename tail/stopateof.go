// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// This file ends a follower where its file ends at a moment: everything that was written
// before is read first, wherever it was rotated to.

// stopAtEnd fixes the end where the file ends now.
func (f *follower) stopAtEnd() {
	f.lock()
	defer f.mu.Unlock()
	if f.final || f.closed {
		return
	}
	f.final, f.rotating = true, true // until the look tells
	f.lookAtPath(time.Now())
	f.rotating = f.rotating && f.cfg.ReOpen
	for _, s := range f.sources {
		s.fix()
	}
	f.turn.Waker.Wake()
}

// fix makes today's size the end of the source. It is read once more even where that
// has been reached, as it may have been rewritten.
func (s *source) fix() {
	if s.final {
		return // where a copy ends, or a file that was rewritten after it was rotated away
	}
	s.final, s.limit = true, s.off
	if s.pipe != nil {
		s.limit += s.pipe.waiting()
		return
	}
	switch info, err := fileid.Handle(s.f); {
	case err != nil, info.Size == 0 && s.off == 0:
		s.limit = noLimit // a file of the kernel's, perhaps, which has content all the same
	default:
		s.limit, s.again = info.Size, true
	}
}

// isFinal reports whether no further file is to be opened.
func (f *follower) isFinal(now time.Time) bool {
	return f.final && !f.rotating && !f.settling(now) && !f.looks.under()
}

// leftBehind appends those that came and went after the newest file, where nothing has
// the name and no other file is waited for. It reports whether there are any.
func (f *follower) leftBehind() bool {
	if s := f.newest(); s != nil && s.off > 0 && (s.again || !s.final) && !s.copiedTo(s.f) {
		return false // it was rewritten: its copies are looked for first, when it is read
	}
	found, gap, ok := f.unseen(f.newest(), nil, f.looked)
	if !ok {
		return false
	}
	if len(found) > 0 {
		f.addAll(found, gap)
		gap = nil
	}
	if s := f.newest(); s != nil && (f.leadsElsewhere() || gap != nil) { // what is in another place is not looked for
		f.last = &chunk{file: s.file, offset: s.largest, gap: replaced(s)}
	}
	return len(found) > 0
}
