// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/siblings"
)

// This file remembers the rotated files there are, so that those which come later
// can be told from them.

// stamp is how a sibling looked when it was listed. A file with the same
// identity is the same file if it is unchanged, or still begins like that; else
// its inode has been given to another.
type stamp struct {
	name siblings.Name
	size int64
	time time.Time
	head mark
}

func (st stamp) unchanged(info fileid.Info) bool {
	return st.size == info.Size && st.time.Equal(info.ModTime)
}

// redated reports whether the name has another date: a file keeps its own, so that
// this is another file, unless it is unchanged: what counts the files of a day may
// number them anew.
func (st stamp) redated(name siblings.Name) bool {
	return name.Dated() && (name.Later(st.name) || st.name.Later(name))
}

// doubtful reports whether the file has grown, or is another: its beginning could not
// be read, as where there was no descriptor to be had.
func (st stamp) doubtful(info fileid.Info) bool {
	return st.head.n == 0 && 0 < st.size && st.size <= info.Size && !st.unchanged(info)
}

// survey remembers what stands beside the file at the start: none of that is to
// be read. Dates speak for themselves once the file itself has been seen.
func (f *follower) survey() {
	if !f.cfg.ReOpen {
		return
	}
	f.locate()
	l := f.siblings(extent(f.missing))
	if s := f.newest(); l.err == nil && s != nil {
		var now fileid.Info
		if now, l.err = fileid.Path(f.path); l.err == nil && now.ID != s.id {
			l.err = errMoved
		}
	}
	f.note(l)
}

// errMoved: the list may hold files that are newer than the one that is read.
var errMoved = errors.New("rotated meanwhile")

// note remembers a listing, if it is whole. Else the follower is blind: the next
// rotation cannot tell the new files from the old ones.
func (f *follower) note(l listing) {
	if l.err == nil {
		if f.blind {
			f.logf("the rotated files of %s can be listed again", f.name)
		}
		f.blind = false
		f.remember(l)
		return
	}
	if !f.blind {
		f.logf("the rotated files of %s cannot be listed: %v", f.name, l.err)
	}
	f.blind = true
}

// remember notes the rotated files there are.
func (f *follower) remember(l listing) {
	f.allKnown = f.allKnown || l.how == all
	var known map[fileid.ID]stamp // none for none
	if len(l.files)+len(f.known) > 0 {
		known = make(map[fileid.ID]stamp, len(l.files))
	}
	for id, st := range f.known {
		if st.name.Dated() && l.how == numbered {
			known[id] = st // which the list does not hold
		}
	}
	for _, s := range l.files {
		if !s.name.Valid() {
			continue
		}
		st, ok := f.known[s.info.ID]
		if !ok || !st.unchanged(s.info) || st.head.n == 0 && st.size > 0 {
			st.head = headOf(s.path)
		}
		known[s.info.ID] = stamp{s.name, s.info.Size, s.info.ModTime, st.head}
	}
	f.known = known
}

// acquaintance says whether a sibling was there when they were last remembered.
type acquaintance int

const (
	newSibling      acquaintance = iota // it was not
	doubtfulSibling                     // it was, or is another that has its identity now
	knownSibling                        // it was
)

func (f *follower) knows(s sibling) acquaintance {
	switch st, ok := f.known[s.info.ID]; {
	case ok && st.unchanged(s.info):
		return knownSibling
	case !ok || st.redated(s.name):
		return newSibling
	case st.head.n > 0 && headMatches(s.path, st.head):
		return knownSibling
	case st.doubtful(s.info):
		return doubtfulSibling
	}
	return newSibling
}
