// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"slices"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/siblings"
)

// This file tells the copies that copytruncate makes from files that were
// renamed: what they hold has been read, in part, of the file they are copies
// of.

// copied reports whether a file holds what was read of s, up to the same offset:
// a copy, as copytruncate makes one. Where s does not hold that any more itself,
// a shorter file may be a copy that was made before all of it was written.
func (s *source) copied(other sibling) bool {
	if s == nil || s.off == 0 || other.info.Size == 0 {
		return false
	}
	return holdsFor(other.path, func(f *fileid.File) bool {
		if other.info.Size >= s.off {
			return s.copiedTo(f)
		}
		return s.head.like(f, other.info.Size) && !s.copiedTo(s.f)
	})
}

// isIn reports whether a file holds what was read of s or, where nothing was,
// begins as s did when it was opened.
func (s *source) isIn(other sibling) bool { return holdsFor(other.path, s.copiedTo) }

func (s *source) copiedTo(f *fileid.File) bool {
	m := s.markNow()
	return matches(f, 0, s.head.mark) && (s.off == 0 || matches(f, s.off-int64(m.n), m))
}

// copiesOf finds the copies that were made of s before it was truncated: the
// one that is read on at the offset at which s was cut off, and those that were
// made of later content, in their order. It reports false while a rotation is
// under way.
func (f *follower) copiesOf(s *source, now time.Time) ([]*source, bool) {
	l := f.listed(s.id, numbered)
	order, copying := f.siftCopies(l.files, s)
	if len(order) == 0 {
		l = f.listed(s.id, all)
		order, copying = f.siftCopies(l.files, s)
	}
	if f.blind {
		order = nil
	}
	copies, whole := openSiblings(l.files, order)
	if !f.settled(now, l.rests() && whole && !copying) {
		closeAll(copies)
		return nil, false
	}
	if l.still { // else the list may hold files that came after s
		f.note(l)
	}
	return copies, true
}

// copiesOfUnread finds the copies of s of which nothing had been read: all
// rotated files that are new. It reports false while a rotation is under way.
func (f *follower) copiesOfUnread(s *source, now time.Time) ([]*source, bool) {
	l := f.listed(s.id, numbered)
	_, fresh, _ := f.sift(l.files, nil, s.id)
	if f.blind || len(fresh) == 0 {
		return nil, f.settled(now, true)
	}
	fresh, copying := f.withoutCopies(fresh, l.files, s)
	order, _ := siblings.Order(nil, fresh, f.direction(l.files, nil))
	order = withoutEarlier(order, l.files)
	copies, whole := openSiblings(l.files, order)
	if !f.settled(now, l.rests() && whole && !copying) {
		closeAll(copies)
		return nil, false
	}
	f.note(l)
	return copies, true
}

// siftCopies finds the copy of what was read of s, and those of later content.
// copying says that a copy of its present content has been made.
func (f *follower) siftCopies(list []sibling, s *source) (order []siblings.Rotated, copying bool) {
	var own *siblings.Name
	var fresh []siblings.Rotated
	for i, sib := range list {
		switch r := (siblings.Rotated{Name: sib.name, ModTime: sib.info.ModTime, Index: i}); {
		case !sib.name.Valid() || f.isOpen(sib.info.ID) || f.knows(sib) != newSibling:
		case own == nil && s.isIn(sib):
			own, order = &sib.name, append(order, r)
		default:
			fresh = append(fresh, r)
		}
	}
	if own == nil {
		return nil, false
	}
	fresh, copying = f.withoutCopies(fresh, list, s)
	dir := f.direction(list, own)
	if dir == siblings.Unknown {
		dir = siblings.Shifting // so does who copies and truncates: a higher number is an older copy
	}
	later, _ := siblings.Order(own, f.sinceStart(own, fresh, list), dir)
	return withoutEarlier(append(order, later...), list), copying
}

// withoutEarlier leaves out each copy that the next one goes on from: both were made of
// one content.
func withoutEarlier(order []siblings.Rotated, list []sibling) (last []siblings.Rotated) {
	for i, r := range order {
		if i+1 == len(order) || !list[order[i+1].Index].goesOnFrom(list[r.Index]) {
			last = append(last, r)
		}
	}
	return last
}

// withoutCopies leaves out the copies of what s holds now: it is to be read
// there. copying says that there was one, and so that a truncation may follow
// at any moment.
func (f *follower) withoutCopies(fresh []siblings.Rotated, list []sibling, s *source) (others []siblings.Rotated, copying bool) {
	others = slices.DeleteFunc(fresh, func(r siblings.Rotated) bool { return s.holds(list[r.Index]) })
	return others, len(others) < len(fresh)
}

// holds reports whether s begins with the content of another file.
func (s *source) holds(other sibling) bool { return s != nil && startsWith(s.f, other) }

// goesOnFrom reports whether a file begins with the content of another.
func (s sibling) goesOnFrom(other sibling) bool {
	return holdsFor(s.path, func(f *fileid.File) bool { return startsWith(f, other) })
}

// startsWith reports whether a file begins with the content of another, as far as
// the first and last bytes of that tell.
func startsWith(file *fileid.File, other sibling) bool {
	return holdsFor(other.path, func(f *fileid.File) bool {
		first, off := markAt(f, 0), max(0, other.info.Size-overlap)
		return first.n > 0 && matches(file, 0, first) && matches(file, off, markAt(f, off))
	})
}
