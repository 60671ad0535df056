// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

// Stats counts what a Reader or Tail has done so far. At any time
//
//	Seen == Skipped + Delivered + Pending + Lost
//
// so that no byte that was seen is unaccounted for.
type Stats struct {
	// Generation is the number of files that the path has named so far.
	Generation int
	// Rotations and Truncations say how the generations came about.
	Rotations, Truncations int
	// Seen is the sum of the largest sizes that were seen of each generation,
	// in bytes.
	Seen int64
	// Delivered is the number of bytes handed out, newlines included. Those that an
	// iteration has still to yield, or a Tail to send, count as well: see
	// [Reader.Buffered], [Group.Buffered], [Tail.Tell].
	Delivered int64
	// Skipped is the number of bytes before the place of the start.
	Skipped int64
	// Pending is the number of bytes seen in the open files and not handed
	// out yet, as of the last look.
	Pending int64
	// Gaps counts the gaps, Lost the bytes in them as far as known.
	Gaps int
	Lost int64
	// Polling says that the kernel does not tell of changes to this file
	// although Config.Poll is not set.
	Polling bool
}

func (s *Stats) count(c chunk) {
	s.Delivered += int64(len(c.data))
	if c.gap != nil {
		s.Gaps++
		s.Lost += c.gap.Bytes
	}
}

// statsNow adds what the open files tell. The caller holds the follower's mu.
func (w *work) statsNow() Stats {
	st := w.stats
	for _, s := range w.sources {
		st.Seen += s.largest
		st.Pending += s.held() + s.unread()
	}
	for _, c := range w.queue {
		st.Pending += int64(len(c.data))
		if c.gap != nil {
			st.Pending += c.gap.Bytes // lost, once it is told
		}
	}
	for _, s := range w.sources {
		if s.lead.gap != nil {
			st.Pending += s.lead.gap.Bytes
		}
	}
	return st
}

func (f *follower) readStats() Stats {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parked != nil {
		return f.parked.stats()
	}
	return f.statsNow()
}
