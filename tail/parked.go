// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"reflect"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// This file makes the memory of a follower small while nothing happens to its
// file. Whatever is done with the work begins with lock.

// parked is what is kept of the work on one file that has been read to its end:
// its last size is the offset. It does not change, as the hub looks by it.
type parked struct {
	watch.Quiet
	// The names are those of work, source and Stats.
	file  *File
	sub   *watch.Sub
	known map[fileid.ID]stamp
	id    fileid.ID

	delivered, skipped, lost     int64
	rotations, truncations, gaps uint32

	armed                       uint16
	markN, headN                uint16
	growths                     uint8
	allKnown, polling           bool
	in                          bool // quiet.in is the source
	unwatchable, askable, asked bool
	drained, empty              bool

	mark, head         uint64
	first              [32]byte // of the head
	modTime, drainedAt int64    // by the wall clock

	looked, armedAt, askAgain, growthsAt moment
}

// moment is a time by the monotonic clock, in a third of the memory. The zero
// moment is the zero time.
type moment int64

var epoch = time.Now()

func momentOf(t time.Time) moment {
	if t.IsZero() {
		return 0
	}
	return moment(t.Sub(epoch))
}

func (m moment) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return epoch.Add(time.Duration(m))
}

// lock takes the lock and makes the work again that was parked.
func (f *follower) lock() {
	f.mu.Lock()
	if f.parked != nil {
		f.work, f.parked = f.parked.work(), nil
	}
}

// parkedUntil is when to step again without a wake-up. It is told only where the
// follower is parked, and its file not polled more seldom than every second.
func (f *follower) parkedUntil() (due time.Time, ok bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.due.time(), f.parked != nil && f.parked.Every <= watch.OverEvery
}

// park puts p in the place of the work, if nothing is lost by that: if what
// would be made of it again is what there is.
func (f *follower) park(p *parked) {
	if reflect.DeepEqual(p.work(), f.work) {
		f.work, f.parked = nil, p
	}
}

// compact is what can be kept of the work on the newest file. Where a number does
// not fit, park finds it changed.
//
//nolint:gosec // as it says
func (f *follower) compact() *parked {
	f.simplify()
	s, st, every := f.sources[len(f.sources)-1], &f.stats, time.Duration(0)
	if f.cfg.Poll || f.polling {
		every = f.cfg.PollInterval
	}
	return &parked{
		Quiet: watch.Quiet{File: s.f, Trace: s.info.Trace(), FolderID: f.quiet.folder, Every: every},
		file:  s.file, sub: s.sub, known: f.known, id: s.id,
		delivered: st.Delivered, skipped: st.Skipped, lost: st.Lost,
		rotations: uint32(st.Rotations), truncations: uint32(st.Truncations), gaps: uint32(st.Gaps),
		armed: uint16(f.armed), growths: uint8(f.growths), markN: uint16(s.mark.n), headN: uint16(s.head.n),
		mark: s.mark.sum, head: s.head.sum, first: s.head.first,
		modTime: s.info.ModTime.UnixNano(), drainedAt: s.drainedAt.UnixNano(),
		looked: momentOf(f.looked), armedAt: momentOf(f.armedAt), askAgain: momentOf(f.askAgain),
		growthsAt: momentOf(f.growthsAt),
		allKnown:  f.allKnown, polling: f.polling, in: f.quiet.in == s,
		unwatchable: s.unwatchable, askable: s.askable, asked: s.asked,
		drained: s.drained, empty: s.empty,
	}
}

// simplify leaves out what is of no more matter, and makes times what they are as
// moments.
func (f *follower) simplify() {
	s := f.sources[len(f.sources)-1]
	if len(f.queue) == 0 {
		f.queue = nil
	}
	for _, r := range []*retries{&f.reads, &f.looks, &s.reads} {
		if r.failures == 0 {
			r.at = time.Time{}
		}
	}
	if f.reading == 0 {
		f.late = time.Time{} // there are none
	}
	f.fresh, f.same = false, false                   // each step begins with that
	f.grownTo = s.off                                // known as that
	f.pathLooked, s.begun = time.Time{}, time.Time{} // a look more is no matter
	if s.held() == 0 && !f.busy {
		s.grew = time.Time{}
	}
	if s.drained {
		s.drainedAt = time.Unix(0, s.drainedAt.UnixNano()) // compared with a file's time
	}
	for _, t := range []*time.Time{&f.looked, &f.armedAt, &f.askAgain, &f.growthsAt} {
		*t = momentOf(*t).time()
	}
}

// work makes the work again.
func (p *parked) work() *work {
	s := &source{
		file: p.file, f: p.File, id: p.id, sub: p.sub,
		unwatchable: p.unwatchable, askable: p.askable, asked: p.asked,
		off: p.Trace.Size, largest: p.Trace.Size,
		mark: mark{int(p.markN), p.mark}, head: beginning{mark{int(p.headN), p.head}, p.first},
		info: fileid.Info{
			ID: p.id, Size: p.Trace.Size, ModTime: time.Unix(0, p.modTime),
			Changed: p.Trace.Changed, Links: p.Trace.Links,
		},
		drained: p.drained, drainedAt: time.Unix(0, p.drainedAt), empty: p.empty,
	}
	w := &work{
		sources: []*source{s},
		waking: waking{
			armed: int(p.armed), armedAt: p.armedAt.time(), polling: p.polling, askAgain: p.askAgain.time(),
			growths: int(p.growths), growthsAt: p.growthsAt.time(), grownTo: s.off,
		},
		looked: p.looked.time(), known: p.known, allKnown: p.allKnown,
		quiet: quiet{folder: p.FolderID}, stats: p.stats(),
	}
	w.stats.Seen -= s.largest // which statsNow adds
	if p.in {
		w.quiet.in = s
	}
	return w
}

func (p *parked) stats() Stats {
	return Stats{
		Generation: p.file.Generation, Rotations: int(p.rotations), Truncations: int(p.truncations),
		Seen: p.skipped + p.delivered + p.lost, Skipped: p.skipped, Delivered: p.delivered,
		Gaps: int(p.gaps), Lost: p.lost, Polling: p.polling,
	}
}
