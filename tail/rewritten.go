// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"cmp"
	"slices"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// rewritten deals with a file whose content is not what was read. A copy of the
// old content, as copytruncate makes one, is read to its end. What was held
// back is handed out, what is lost is a gap, and the new content begins as a
// new generation. A file that was rotated away just ends.
func (f *follower) rewritten(s *source, now time.Time) {
	var copies []*source
	if s == f.newest() && f.cfg.ReOpen {
		var settled bool
		if copies, settled = f.copiesOf(s, now); !settled {
			return // the next step finds it rewritten again
		}
	}
	end := s.largest
	if info, err := fileid.Handle(s.f); err == nil {
		end = info.Size
	}
	s.forget(end)
	defer f.logf("%s was truncated or rewritten", f.name) // when it has been dealt with
	if len(copies) > 0 {
		f.readCopies(s, copies)
		return
	}
	told := chunk{file: s.file, gap: &Gap{
		Kind: GapTruncated, Generation: s.file.Generation, Offset: s.off, Bytes: s.unread(), Unknown: true,
	}}
	if c, ok := s.piece(); ok {
		c.data = bytes.Clone(c.data)
		f.queue = append(f.queue, c)
	}
	if s == f.newest() {
		f.stats.Seen += s.largest
		f.renew(s, told)
		return
	}
	f.queue = append(f.queue, told)
	f.stats.Seen += s.unread()
	s.final, s.limit, s.largest, s.again = true, s.off, s.off, false
}

// copiedUnread finds out, when the first bytes of a file have come that had been
// empty, whether copies were made of it meanwhile, and it was truncated: no
// byte was read by which that would show. It reports whether what has been read
// has to wait for these copies, or for the rotation to come to rest.
func (f *follower) copiedUnread(s *source, now time.Time) bool {
	if !f.cfg.ReOpen || s != f.newest() {
		return false
	}
	copies, settled := f.copiesOfUnread(s, now)
	if settled && len(copies) == 0 {
		return false
	}
	s.anew(0) // its size counts when it is read again
	if settled {
		f.readCopies(s, copies)
		f.logf("%s was copied and truncated before it was read", f.name)
	}
	return true
}

// forget leaves out of account what was seen behind off if a new content that reaches
// to end may have been seen there.
func (s *source) forget(end int64) {
	if end >= s.largest {
		s.largest = s.off
	}
}

// readCopies puts the copies that were made of a truncated file before it. What
// was written between the copying and the truncation is in none of them.
func (f *follower) readCopies(s *source, copies []*source) {
	copies[0].takeOver(s)
	lead := copies[0].cutOff()
	longest := slices.MaxFunc(copies, func(a, b *source) int { return cmp.Compare(a.largest, b.largest) })
	lead.gap.Bytes = max(0, s.largest-longest.largest) // what was seen may have been of any of them
	f.stats.Seen += lead.gap.Bytes
	for _, c := range copies[1:] {
		f.stats.Truncations++
		f.stats.Generation++
		c.file = &File{Path: f.name, Generation: f.stats.Generation}
		c.final, c.limit = true, c.largest
		c.lead, lead = lead, c.cutOff()
	}
	f.sources = slices.Insert(f.sources, f.reading, copies...)
	f.renew(s, lead)
}

// renew begins a truncated file again, as a new generation.
func (f *follower) renew(s *source, lead chunk) {
	f.stats.Truncations++
	f.stats.Generation++
	info, _ := fileid.Handle(s.f) // without a size now, the next look finds it
	s.file = &File{Path: f.name, Generation: f.stats.Generation}
	s.anew(info.Size)
	s.lead = lead
}
