// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/siblings"
)

// This file finds the generations that came and went while nobody looked:
// among the rotated files that stand beside the one that is followed.

// sibling is a regular file beside the one that is followed.
type sibling struct {
	path   string
	name   siblings.Name
	packed siblings.Name // that it had before it was compressed
	info   fileid.Info
}

// maxUnseen bounds how many files are opened for one rotation.
const maxUnseen = 256

// extent says how siblings are looked for.
type extent bool

const (
	// numbered asks for the names that a numbering rotation would give, one
	// after another. It costs a few system calls, however many files stand in
	// the folder.
	numbered extent = false
	// all reads the folder.
	all extent = true
)

// listing is the siblings that were found.
type listing struct {
	files []sibling
	how   extent
	still bool  // they stood still meanwhile
	err   error // some may be missing in files
}

// rests reports whether the listing may be gone by: no rotation is under way.
func (l listing) rests() bool { return l.still && l.err == nil }

// maxMissing is how many numbers may be missing before the next are not asked
// for any more: .0 is missing as a rule, and one may be on its way.
const maxMissing = 3

// siblings lists the rotated files beside the one that is followed, and with
// all also those that have been moved to another name that begins alike. With
// an error some may be missing in the list.
func (f *follower) siblings(how extent) listing {
	if how == numbered {
		return f.probe()
	}
	dir, base := filepath.Split(f.home)
	entries, err := fileid.List(filepath.Clean(dir))
	if errors.Is(err, fs.ErrPermission) {
		return f.probe() // a folder that may be entered and not be read
	}
	l := listing{how: all}
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		l.err = err
		return l
	}
	stem := strings.TrimSuffix(base, filepath.Ext(base))
	for _, e := range entries {
		if e.Name() == base || !strings.HasPrefix(e.Name(), stem) || !e.Type().IsRegular() {
			continue
		}
		if l.files, l.err = appendSibling(l.files, dir, base, e.Name()); l.err != nil {
			break
		}
	}
	return l
}

// appendSibling adds a file to the list, if there is one of that name.
func appendSibling(list []sibling, dir, base, name string) ([]sibling, error) {
	s := sibling{path: filepath.Join(dir, name), name: siblings.Parse(base, name), packed: siblings.Packed(base, name)}
	var err error
	switch s.info, err = fileid.PathItself(s.path); {
	case err == nil && s.info.Mode.IsRegular():
		return append(list, s), nil
	case err == nil || passing(err):
		return list, nil
	}
	return list, err
}

// probe lists the numbered siblings.
func (f *follower) probe() listing {
	l := listing{how: numbered}
	dir, base := filepath.Split(f.home)
	for n, missing := 0, 0; missing < maxMissing; n++ {
		before := len(l.files)
		for _, name := range siblings.Numbered(base, n) {
			if l.files, l.err = appendSibling(l.files, dir, base, name); l.err != nil {
				return l
			}
		}
		if missing++; len(l.files) > before {
			missing = 0
		}
	}
	return l
}

// patience is how long a rotation may look half done before what cannot be
// told for sure is taken as a gap.
const patience = 500 * time.Millisecond

// unseen finds what was written between old and s, the file that has the name
// now, nil where none has: files to be read first, and a gap where that may not be
// all. It reports false while a rotation is under way: ask again soon.
func (f *follower) unseen(old, s *source, now time.Time) ([]*source, *Gap, bool) {
	l, own, fresh, unsure := f.between(old, s.identity())
	fresh, copying := f.withoutCopies(fresh, l.files, s)
	unsure = unsure || copying && old != nil // it may be a file of its own, which begins alike
	told := l.err == nil && !f.blind         // else which of them are new cannot be told
	order, sure := f.ordered(l.files, own, fresh, told, s == nil)
	found, whole := openSiblings(l.files, order)
	f.rotating = !f.settled(now, l.rests() && whole && !copying && (sure || own == nil))
	if f.rotating {
		closeAll(found)
		return nil, nil, false
	}
	f.note(l)
	if told && whole && !unsure && len(found) == len(fresh) && (sure || old == nil) {
		return found, nil, true
	}
	return found, replaced(old), true
}

// between lists the siblings, all of them where old is not among the numbered ones, and
// sifts them.
func (f *follower) between(old *source, id fileid.ID) (l listing, own *siblings.Name, fresh []siblings.Rotated, unsure bool) {
	for _, how := range []extent{numbered, all} {
		l = f.upTo(id, f.listed(id, how))
		if own, fresh, unsure = f.sift(l.files, old, id); own != nil {
			break
		}
	}
	return l, own, fresh, unsure
}

// identity is that of the file; zero where there is none.
func (s *source) identity() fileid.ID {
	if s == nil {
		return fileid.ID{}
	}
	return s.id
}

// replaced is the gap between old and the next file that was found.
func replaced(old *source) *Gap {
	gap := &Gap{Kind: GapReplaced, Unknown: true}
	if old != nil {
		gap.Generation, gap.Offset = old.file.Generation, old.largest
	}
	return gap
}

// settling reports whether a rotation is under way, of which settled has said so.
func (f *follower) settling(now time.Time) bool {
	return !f.unsettled.IsZero() && now.Sub(f.unsettled) < 2*patience
}

// settled reports whether to go by what was listed: it is at rest, or has not
// come to rest for too long.
func (f *follower) settled(now time.Time, rest bool) bool {
	switch {
	case rest:
	case f.unsettled.IsZero():
		f.unsettled = now
		return false
	case now.Sub(f.unsettled) < patience:
		return false
	}
	f.unsettled = time.Time{}
	return true
}

// listed lists the siblings of the file whose identity is id, twice: they stood
// still if both lists are the same, and that file has the name. Where id is zero there
// is none of which that could be asked.
func (f *follower) listed(id fileid.ID, how extent) listing {
	first := f.siblings(how)
	if first.err != nil {
		return first
	}
	l := f.siblings(how)
	same := slices.EqualFunc(first.files, l.files, func(a, b sibling) bool {
		return a.path == b.path && a.info.ID == b.info.ID
	})
	now, gone := fileid.Path(f.path)
	l.still = same && (id == fileid.ID{} || gone == nil && now.ID == id)
	return l
}

// upTo leaves out what came after the file whose identity is id, where that itself has
// been rotated since it was opened: it is found when the path is looked at next.
func (f *follower) upTo(id fileid.ID, l listing) listing {
	i := slices.IndexFunc(l.files, func(s sibling) bool { return s.info.ID == id })
	if i < 0 || l.still {
		return l
	}
	its := l.files[i].name
	dir := f.direction(l.files, &its)
	l.files = slices.DeleteFunc(l.files, func(other sibling) bool {
		if its.Dated() || dir == siblings.Counting {
			return other.name.Later(its)
		}
		return dir == siblings.Shifting && its.Later(other.name)
	})
	return l
}

// sift finds the file that was read last, by whatever name, and those which
// were rotated after it. unsure says that one was left out: it looks like a copy
// of the first and may be another file that begins in the same way, it has been
// compressed, its beginning could not be read before, or it may have been there at the
// start.
func (f *follower) sift(list []sibling, old *source, id fileid.ID) (own *siblings.Name, fresh []siblings.Rotated, unsure bool) {
	for i, s := range list {
		switch {
		case old != nil && s.info.ID == old.id:
			own = &s.name
		case !s.name.Valid() || s.info.ID == id || f.isOpen(s.info.ID):
		default:
			switch was := f.knows(s); {
			case was == doubtfulSibling, was == newSibling && old.copied(s):
				unsure = true
			case was == newSibling:
				fresh = append(fresh, siblings.Rotated{Name: s.name, ModTime: s.info.ModTime, Index: i})
			}
		}
	}
	n := len(fresh)
	fresh = f.sinceStart(own, fresh, list)
	return own, fresh, unsure || own == nil && len(fresh) < n || packedAmong(list, own, fresh)
}

// ordered puts the new files into their order, as far as it can be told. Where none has
// the name, and own was deleted, nothing says which of them came after it.
func (f *follower) ordered(list []sibling, own *siblings.Name, fresh []siblings.Rotated, told, missing bool) ([]siblings.Rotated, bool) {
	if !told {
		return nil, false
	}
	order, sure := siblings.Order(own, fresh, f.direction(list, own))
	if missing && own == nil {
		sure = len(fresh) == 0
	}
	return order, sure
}

// packedAmong reports whether a file has been compressed that has a later date
// than own or, where that is not there, than one of those after it. That a number
// is missing shows by itself.
func packedAmong(list []sibling, own *siblings.Name, fresh []siblings.Rotated) bool {
	return slices.ContainsFunc(list, func(s sibling) bool {
		after := own != nil && s.packed.Later(*own) ||
			own == nil && slices.ContainsFunc(fresh, func(r siblings.Rotated) bool { return s.packed.Later(r.Name) })
		return after && s.packed.Dated() && !slices.ContainsFunc(list, func(t sibling) bool { return t.name == s.packed })
	})
}

// sinceStart leaves out what may have been there at the start, when only the
// first numbers were asked for: a name later than own's speaks for itself.
func (f *follower) sinceStart(own *siblings.Name, fresh []siblings.Rotated, list []sibling) []siblings.Rotated {
	if f.allKnown || len(fresh) == 0 {
		return fresh
	}
	asked := f.probe().files // those that cannot be told now are not taken for new
	return slices.DeleteFunc(fresh, func(r siblings.Rotated) bool {
		later := own != nil && r.Name.Later(*own)
		return !later && !slices.ContainsFunc(asked, func(s sibling) bool { return s.path == list[r.Index].path })
	})
}

func (f *follower) isOpen(id fileid.ID) bool {
	for _, s := range f.sources {
		if s.id == id {
			return true
		}
	}
	return false
}

// direction tells from the files that are known how this rotation numbers: they
// move up, or the one before own stays where it was.
func (f *follower) direction(list []sibling, own *siblings.Name) siblings.Direction {
	dir := siblings.Unknown
	for _, s := range list {
		st, ok := f.known[s.info.ID]
		switch {
		case !ok || !s.name.Valid() || !f.isOpen(s.info.ID) && f.knows(s) != knownSibling: // its number may be another's by now
		case s.name.MovedUp(st.name):
			return siblings.Shifting
		case own != nil && s.name == st.name && own.Follows(s.name):
			dir = siblings.Counting
		}
	}
	return dir
}

// openSiblings opens the files in that order, and reports whether it could
// open all of them.
func openSiblings(list []sibling, order []siblings.Rotated) (found []*source, whole bool) {
	whole = len(order) <= maxUnseen
	for _, r := range order[:min(len(order), maxUnseen)] {
		if s, ok := openSibling(list[r.Index]); ok {
			found = append(found, s)
		} else {
			whole = false
		}
	}
	return found, whole
}

func closeAll(list []*source) {
	for _, s := range list {
		s.close()
	}
}

// openSibling opens a rotated file, unless its name stands for another by now.
func openSibling(s sibling) (*source, bool) {
	file, err := fileid.Open(s.path)
	if err != nil {
		return nil, false
	}
	info, err := fileid.Handle(file)
	if err != nil || info.ID != s.info.ID || !info.Mode.IsRegular() {
		file.Close()
		return nil, false
	}
	return &source{f: file, id: info.ID, info: info, largest: info.Size}, true
}
