// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package siblings

import (
	"slices"
	"time"
)

// Direction is how a rotation numbers its files.
type Direction int

// The directions. Dates always go up.
const (
	Unknown Direction = iota
	// Shifting: .1 is the newest, and each rotation moves all files up.
	Shifting
	// Counting: each rotation takes the next number, and no file moves.
	Counting
)

// Rotated is a rotated file.
type Rotated struct {
	Name    Name
	ModTime time.Time
	Index   int // for the caller
}

// Order puts the files that are fresh, that is, which were rotated since own
// got its place, into the order in which they were written. own is the file
// that was read last, where it was found again, else nil. sure means that
// nothing is missing between own and the newest file. Where no order can be
// told, there is none: better a gap than a wrong file.
func Order(own *Name, fresh []Rotated, dir Direction) (order []Rotated, sure bool) {
	switch {
	case own != nil && !own.Valid():
		return nil, len(fresh) == 0 // moved to a name of its own, such as log.old
	case own == nil:
		return lost(fresh, dir), false
	case own.Dated():
		return dated(*own, fresh)
	}
	return numbered(*own, fresh, dir)
}

// dated orders by time what is later than own. What is new and earlier is left out:
// it was only written to later, or the clock has been set back.
func dated(own Name, fresh []Rotated) ([]Rotated, bool) {
	if !alike(own, fresh) {
		return nil, false
	}
	later := beyond(own, fresh, 1)
	return later, len(later) == len(fresh)
}

// numbered orders by number: downwards from own to 1 where the files shift,
// upwards from own where they count. What is new and on the other side is left out,
// as by dated.
func numbered(own Name, fresh []Rotated, dir Direction) ([]Rotated, bool) {
	if len(fresh) == 0 {
		return nil, own.value() <= 1 || dir == Counting
	}
	if !alike(own, fresh) {
		return nil, false
	}
	lower, higher := beyond(own, fresh, -1), beyond(own, fresh, 1)
	switch {
	case len(lower) > 0 && (dir == Shifting || dir == Unknown && len(higher) == 0):
		last := lower[len(lower)-1].Name
		return lower, len(lower) == len(fresh) && last.value() <= 1 && dense(own, lower, func(a, b Name) bool { return a.Follows(b) })
	case len(higher) > 0 && (dir == Counting || dir == Unknown && len(lower) == 0):
		return higher, len(higher) == len(fresh) && dense(own, higher, func(a, b Name) bool { return b.Follows(a) })
	}
	return nil, false
}

// beyond are the files with a higher number or a later date than own, upwards, where
// sign is 1, and those with a lower one, downwards, where it is -1.
func beyond(own Name, fresh []Rotated, sign int) []Rotated {
	return slices.DeleteFunc(sorted(fresh, sign), func(r Rotated) bool { return sign*r.Name.compare(own) <= 0 })
}

// lost orders the files when the one that was read last is gone: all of them
// are younger.
func lost(fresh []Rotated, dir Direction) []Rotated {
	if len(fresh) == 0 || !alike(fresh[0].Name, fresh) {
		return nil
	}
	up, down := sorted(fresh, 1), sorted(fresh, -1)
	if fresh[0].Name.Dated() || dir == Counting || dir == Unknown && ageing(up) > ageing(down) {
		return up
	}
	return down
}

// ageing counts the files that were changed before the one behind them. A late
// line makes a file seem younger, so that where most agree is the order.
func ageing(order []Rotated) (n int) {
	for i := range order[1:] {
		if order[i].ModTime.Before(order[i+1].ModTime) {
			n++
		}
	}
	return n
}

// alike reports whether all names are of the family of n.
func alike(n Name, fresh []Rotated) bool {
	return !slices.ContainsFunc(fresh, func(r Rotated) bool { return r.Name.family != n.family })
}

func sorted(fresh []Rotated, sign int) []Rotated {
	s := slices.Clone(fresh)
	slices.SortFunc(s, func(a, b Rotated) int { return sign * a.Name.compare(b.Name) })
	return s
}

// dense reports whether each name is next to the one before.
func dense(own Name, order []Rotated, next func(a, b Name) bool) bool {
	for _, r := range order {
		if !next(own, r.Name) {
			return false
		}
		own = r.Name
	}
	return true
}
