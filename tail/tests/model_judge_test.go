// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"fmt"
	"maps"
	"math"
	"slices"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// The promises. A file here is what was written under the name until it was
// renamed, deleted, truncated or put out of sight.
//
//  1. What comes of a file is what was written to it, from its beginning, each
//     byte once and in its order. Lines are whole. A last piece without newline
//     comes by itself, and nothing of the file comes after it.
//  2. Files come in their order. Only pieces and late lines of an older one may
//     come after a line of a younger.
//  3. A file that can be read is read to its end: one that stands under the
//     name or, rotated, beside it; and one of which something has come, since
//     it is open, wherever it is by now.
//  4. Of a file that was truncated the rest may be missing; only what its copy
//     does not hold, where there is one and no other rotation follows. A gap
//     says so, unless nothing had come of it before.
//  5. A file may be missing as a whole where it was lost itself, or where one
//     before it was, as far back as to the last of which something came: its
//     place is not certain then. A gap says so, unless the file left no trace:
//     it was deleted or truncated before the reader saw more than an empty file,
//     or nothing had come before.
//     That for one that was compressed may come before those found beside it.
//  6. There is no gap without such a cause, or a late line to a file of which nothing
//     had come when a younger one did; and there is one whenever a file of which
//     something had come was lost while it had the name, and any younger one is left.
//  7. All bytes that were seen are accounted for.
//
// After StopAtEOF that holds for all that was written before it, and no piece is held
// back.
//
// A file that was cut off behind what had come of it is the one that goes on
// there: nobody can tell them apart.

// judgement is what is wrong with what came out.
type judgement struct {
	w      *modelWriter
	faults []string
	waits  bool // some of what is missing may still come

	got   []int          // how much came of each file, by its number
	went  []bool         // on as the next, which was cut off behind what had come
	ended []bool         // its last piece has come
	told  []bool         // a gap was told for what was written late to it
	gaps  []gapBehind    // in their order
	owner map[origin]int // the file that was read as that
}

// origin is a generation of a session.
type origin struct{ session, generation int }

// gapBehind is a gap, the file behind which it was reported, 0 for none, and the
// one of which a line came next.
type gapBehind struct {
	*tail.Gap
	file, next int
}

// judge looks at what has come so far.
func (w *modelWriter) judge() *judgement {
	n := len(w.files) + 1
	j := &judgement{w: w, got: make([]int, n), went: make([]bool, n), ended: make([]bool, n), told: make([]bool, n), owner: map[origin]int{}}
	for i, items := range w.reader.snapshot() {
		j.session(i, items)
	}
	for _, f := range w.files {
		j.file(f)
	}
	for _, g := range j.gaps {
		j.gap(g)
	}
	j.sizes()
	return j
}

// fault notes what is wrong, as far as it is of use to know.
func (j *judgement) fault(format string, args ...any) {
	if len(j.faults) < 8 {
		j.faults = append(j.faults, fmt.Sprintf(format, args...))
	}
}

// session goes through what one reader gave out.
func (j *judgement) session(i int, items []came) {
	youngest, told := j.w.reader.sessions[i].file, len(j.gaps)
	j.owner[origin{i, 1}] = youngest
	j.owners(i, items)
	for _, c := range items {
		if c.Gap != nil {
			j.gaps = append(j.gaps, gapBehind{c.Gap, j.fileBefore(origin{i, c.Gap.Generation}), len(j.got)})
			continue
		}
		n := j.owner[origin{i, c.File.Generation}]
		if n == 0 {
			j.fault("%s came from offset %d of generation %d, and was never written like that", head(c.text), c.Offset, c.File.Generation)
			return
		}
		j.item(n, youngest, c)
		if n < youngest || c.piece {
			continue // an older file's
		}
		youngest = n
		for ; told < len(j.gaps) && j.gaps[told].Generation <= c.File.Generation; told++ { // else it is a late line
			j.gaps[told].next = n
		}
	}
}

// fileBefore is the file of a generation or, where nothing has come of that yet,
// of the last one before it; 0 for none.
func (j *judgement) fileBefore(o origin) int {
	for o.generation > 0 && j.owner[o] == 0 {
		o.generation--
	}
	return j.owner[o]
}

// owners finds the files of which the generations of a session are.
func (j *judgement) owners(i int, items []came) {
	parts := map[int][]came{}
	for _, c := range items {
		if c.Gap == nil {
			parts[c.File.Generation] = append(parts[c.File.Generation], c)
		}
	}
	begun, last := j.w.reader.sessions[i].file, len(j.w.files)
	if i+1 < len(j.w.reader.sessions) {
		last = j.w.reader.sessions[i+1].file // which had the name then
	}
	taken := map[int]bool{begun: parts[1] == nil}
	for _, g := range slices.Sorted(maps.Keys(parts)) {
		n := begun
		if g > 1 || begun == 0 {
			n = j.ownerOf(parts[g], max(1, begun), taken)
		}
		n = j.goOn(n, last, parts[g], parts[g+1], taken)
		j.owner[origin{i, g}], taken[n] = n, true
	}
}

// ownerOf finds a file, from first on, that has all that came of a generation at
// the places where it came from or, where there is none, the first of it; 0
// where nothing is like that.
func (j *judgement) ownerOf(part []came, first int, taken map[int]bool) int {
	for _, part := range [][]came{part, part[:1]} {
		for _, f := range j.w.files[first-1:] {
			if !taken[f.n] && !j.went[f.n] && f.hasAll(part) {
				return f.n
			}
		}
	}
	return 0
}

// goOn passes to the last file, up to a certain one, that has all that has come
// and begins, by one cut or several, with what had come before; but not to one
// that may have come as the next generation, if what has come is right without.
func (j *judgement) goOn(n, last int, part, next []came, taken map[int]bool) int {
	for i, got := n, j.got[n]; 0 < i && i < last && j.w.files[i].kept > 0 && got <= j.w.files[i].kept; i++ {
		later := len(next) > 0 && j.w.files[i].hasAll(next) && j.w.files[n-1].hasAll(part)
		if j.w.files[i].hasAll(part) && !later {
			n = i + 1
		}
	}
	for i, kept := n, math.MaxInt; i > 1 && !taken[i-1]; i-- {
		if kept = min(kept, j.w.files[i-1].kept); kept == 0 || j.got[i-1] > kept {
			break
		}
		j.got[n], j.got[i-1], j.went[i-1] = max(j.got[n], j.got[i-1]), 0, true
	}
	return n
}

// hasAll reports whether a file has what came at the places where it came from.
func (f *written) hasAll(part []came) bool {
	return !slices.ContainsFunc(part, func(c came) bool { return !f.has(c) })
}

func (f *written) has(c came) bool {
	return int(c.End) <= len(f.content) && string(f.content[c.Offset:c.End]) == c.text
}

// item is about the first two promises.
func (j *judgement) item(n, youngest int, c came) {
	f, what := j.w.files[n-1], fmt.Sprintf("%s of file %d", head(c.text), n)
	switch {
	case !f.has(c):
		j.fault("%s, from offset %d, was never written like that", what, c.Offset)
	case int(c.Offset) < j.got[n]:
		j.fault("%s, from offset %d, is doubled: all up to %d had come", what, c.Offset, j.got[n])
	case int(c.Offset) > j.got[n]:
		j.fault("%s, from offset %d: what stands between %d and that did not come", what, c.Offset, j.got[n])
	case j.ended[n]:
		j.fault("%s came after a piece: a line is torn", what)
	case n < youngest && !c.piece && !f.late:
		j.fault("%s came after lines of file %d", what, youngest)
	}
	j.got[n] = max(j.got[n], int(c.End))
	j.ended[n] = j.ended[n] || c.piece
}

// file is about what is missing of a file.
func (j *judgement) file(f *written) {
	if f.wasRead && f.hadName && f.fate != stands && !j.went[f.n] && !j.reported(f.n) && !j.isLast(f.n) {
		j.fault("file %d was lost while it was read, and no gap says so", f.n)
	}
	got, end := min(j.got[f.n], len(f.content)), len(f.content) // more is a fault that item tells
	if f.fate == copied {
		end = max(got, f.copy)
	}
	rest := f.content[got:end]
	piece := !bytes.Contains(rest, []byte("\n"))
	switch {
	case len(rest) == 0:
	case piece && f != j.w.now && (f.left || j.w.grace == longGrace && j.w.way != byTail):
		// It was, or is, held back for what may follow.
	case got > 0 && !j.mayEnd(f), got == 0 && !j.mayMiss(f):
		j.fault("%d of %d bytes of file %d did not come, from %s on", len(rest), end, f.n, head(string(rest)))
		j.waits = j.waits || piece || f.late
	}
}

// mayEnd reports whether the rest of a file may be missing of which something
// came. Where nothing had come when it was truncated, a copy passes for a file
// that was renamed, and for all of it.
func (j *judgement) mayEnd(f *written) bool {
	lost := f.fate == truncated || f.fate == copied && !j.inPlace(f)
	return lost && (j.reported(f.n) || !f.wasRead)
}

// inPlace reports whether what is under the name is still the same file, which
// has been truncated only: its copies are not looked for once it was rotated.
func (j *judgement) inPlace(f *written) bool {
	for _, f := range j.w.files[f.n-1 : len(j.w.files)-1] {
		if f.fate != truncated && f.fate != copied {
			return false
		}
	}
	return true
}

// lastBefore is the last file before another of which something came, 0 for
// none.
func (j *judgement) lastBefore(n int) int {
	for n--; n > 0 && j.got[n] == 0; n-- {
		continue
	}
	return n
}

// mayMiss reports whether a file may be missing as a whole.
func (j *judgement) mayMiss(f *written) bool {
	last := j.lastBefore(f.n)
	if last == 0 && j.w.linked {
		return true // a link may have been pointed elsewhere before the first look: where it led, nobody knows
	}
	if !j.lostAny(max(1, last), f.n) && !j.arrived(last) {
		return false
	}
	noTrace := f.fate == truncated || f.fate == copied || f.fate == deleted && f.hadName
	told := slices.ContainsFunc(j.gaps, func(g gapBehind) bool { return g.file < f.n && (f.n < g.next || f.packed) })
	return noTrace || last == 0 || told || f.fate != stands && j.isLast(f.n)
}

// lostAny reports whether one of the files from first to last was lost. Where
// rotated files are counted any loss before that counts too: it may leave none by
// which a later rotation would show that no number is missing.
func (j *judgement) lostAny(first, last int) bool {
	if j.w.naming.counts() {
		first = 1
	}
	for _, f := range j.w.files[first-1 : last] {
		if f.fate != stands {
			return true
		}
	}
	return false
}

// isLast reports whether nothing that is younger has come or stands: by what else could
// it show that a file has been lost?
func (j *judgement) isLast(n int) bool {
	return !slices.ContainsFunc(j.w.files[n:], func(f *written) bool { return f.fate == stands || j.got[f.n] > 0 })
}

// arrived reports whether a file is the first that was read in the folder to
// which a link had been pointed: which of those beside it were rotated before it
// was found cannot be told if it had been rotated by then too.
func (j *judgement) arrived(n int) bool {
	before := 0
	if last := j.lastBefore(n); last > 0 {
		before = j.w.files[last-1].home
	}
	return n > 0 && j.w.linked && before < j.w.files[n-1].home
}

// reported reports whether a gap came behind a file.
func (j *judgement) reported(n int) bool {
	for _, g := range j.gaps {
		if g.file == n {
			return true
		}
	}
	return false
}

// gap is about a gap's cause.
func (j *judgement) gap(g gapBehind) {
	first := g.file
	if g.Kind == tail.GapTruncated {
		first = j.lastBefore(g.file) // which may have passed for this one while it was unread
	}
	packed := slices.ContainsFunc(j.w.files, func(f *written) bool { return f.packed && g.file < f.n })
	if !j.lostAny(max(1, first), max(1, g.next-1)) && !j.arrived(first) && !j.arrived(g.next) && !packed && !j.awoken(g) {
		j.fault("a gap without a cause behind file %d: %s", g.file, g)
	}
}

// awoken finds an older file that was left out while it was empty, and was written to
// since: one gap for each.
func (j *judgement) awoken(g gapBehind) bool {
	for _, f := range j.w.files[:max(0, g.file-1)] {
		if g.Kind == tail.GapReplaced && f.late && j.got[f.n] == 0 && !j.told[f.n] {
			j.told[f.n] = true
			return true
		}
	}
	return false
}

// sizes is about the bytes that are known to be lost: no more than are missing.
func (j *judgement) sizes() {
	lost, missing := int64(0), 0
	for _, g := range j.gaps {
		lost += g.Bytes
	}
	for _, f := range j.w.files {
		missing += len(f.content) - j.got[f.n]
	}
	if lost > int64(missing) {
		j.fault("%d bytes are reported lost and %d are missing", lost, missing)
	}
}

// law is about the statistics of a session, once it has ended.
func (j *judgement) law(s *session) {
	st, gaps, delivered := s.stats, 0, int64(0)
	for _, c := range s.items {
		if c.Gap != nil {
			gaps++
		} else {
			delivered += c.End - c.Offset
		}
	}
	switch {
	case s.err != nil:
		j.fault("reading ended: %v", s.err)
	case st.Seen != st.Skipped+st.Delivered+st.Pending+st.Lost:
		j.fault("bytes are unaccounted for: %+v", st)
	case st.Delivered < delivered || st.Gaps < gaps: // more may have been found and not been yielded
		j.fault("%d bytes and %d gaps came: %+v", delivered, gaps, st)
	}
}

// verdict is what is wrong in the end, with all that happened; nothing where
// all promises are kept.
func (w *modelWriter) verdict() string {
	if w.err != nil {
		return fmt.Sprintf("%v\n%s\n%s", w.err, strings.Join(w.judge().faults, "\n"), w.journal)
	}
	j := w.judge()
	for _, s := range w.reader.sessions {
		j.law(s)
	}
	if len(j.faults) == 0 {
		return ""
	}
	return fmt.Sprintf("%s\n%s", strings.Join(j.faults, "\n"), w.journal)
}
