// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package siblings orders the rotated files that stand beside a log file.
package siblings

import (
	"cmp"
	"path/filepath"
	"strconv"
	"strings"
)

// family is a way to name rotated files. Names of different families have no
// order among them.
type family int

const (
	none        family = iota
	number             // BASE.N
	stemNumber         // STEM.N.EXT
	date               // BASE-DATE or BASE.DATE
	stemDate           // STEM-DATE.EXT
	longestDate = 20   // digits: 20060102150405 and a fraction
)

// Name is what the name of a rotated file says about its place.
type Name struct {
	family family
	digits string // of the number, without leading zeros, or of the date, see dateOf
}

// Parse reads the name of a file as that of a rotated base. The zero Name
// means that it is none.
func Parse(base, name string) Name {
	ext := filepath.Ext(base)
	stem := strings.TrimSuffix(base, ext)
	if rest, ok := strings.CutPrefix(name, base); ok {
		if n := place(rest, number, date); n.Valid() {
			return n
		}
	}
	if rest, ok := strings.CutPrefix(name, stem); ok && ext != "" && stem != "" {
		if rest, ok := strings.CutSuffix(rest, ext); ok {
			return place(rest, stemNumber, stemDate)
		}
	}
	return Name{}
}

// Packed reads the name of a file as that of a rotated base which has been
// compressed. The zero Name means that it is none.
func Packed(base, name string) Name {
	for _, ext := range []string{".gz", ".bz2", ".xz", ".zst"} {
		if name, ok := strings.CutSuffix(name, ext); ok {
			return Parse(base, name)
		}
	}
	return Name{}
}

// Numbered returns the names that the n-th rotated file of base may have.
func Numbered(base string, n int) []string {
	num := strconv.Itoa(n)
	names := []string{base + "." + num}
	if ext := filepath.Ext(base); ext != "" && ext != base && ext != "."+num { // x.1.1 is x.1 numbered in both ways
		names = append(names, strings.TrimSuffix(base, ext)+"."+num+ext)
	}
	return names
}

// place reads what a rotation has put into a name: a dot and a number, or a
// dash or a dot and a date, which has eight digits at least.
func place(s string, num, day family) Name {
	if len(s) < 2 || s[0] != '.' && s[0] != '-' {
		return Name{}
	}
	digits, plain := digitsOf(s[1:])
	switch {
	case len(digits) >= 8 && len(digits) <= longestDate:
		return Name{day, dateOf(s)}
	case plain && s[0] == '.' && len(digits) < 8:
		return Name{num, strings.TrimLeft(digits, "0")}
	}
	return Name{}
}

// digitsOf returns the digits of s, and whether there is nothing else in it. It
// returns none where something stands in it that is not part of a date.
func digitsOf(s string) (digits string, plain bool) {
	plain = true
	var b strings.Builder
	for _, c := range s {
		switch {
		case '0' <= c && c <= '9':
			b.WriteRune(c)
		case strings.ContainsRune("-_.:T+Z", c):
			plain = false
		default:
			return "", false
		}
	}
	return b.String(), plain
}

// dateOf returns the digits of a date, those behind the day in groups of one width:
// whatever counts the files of a day or an hour has no leading zeros, as a rule. What
// stands behind a dot and a whole time is a fraction.
func dateOf(s string) string {
	const day, second, width = 8, 14, 6
	var b strings.Builder
	for n := 0; s != ""; {
		rest := strings.TrimLeft(s[1:], "0123456789") // s begins with a separator
		group, fraction := s[1:len(s)-len(rest)], s[0] == '.' && n >= second
		if group != "" && n >= day && !fraction {
			b.WriteString(strings.Repeat("0", max(0, width-len(group))))
		}
		b.WriteString(group)
		n, s = n+len(group), rest
	}
	return b.String()
}

// Dated reports that the names of this kind grow with time.
func (n Name) Dated() bool { return n.family == date || n.family == stemDate }

// Valid reports that this is the name of a rotated file.
func (n Name) Valid() bool { return n.family != none }

// compare orders names of one family: numbers by value, dates by time.
func (n Name) compare(m Name) int {
	if !n.Dated() && len(n.digits) != len(m.digits) {
		return cmp.Compare(len(n.digits), len(m.digits))
	}
	return cmp.Compare(n.digits, m.digits)
}

// Follows reports whether n is the number after m.
func (n Name) Follows(m Name) bool {
	return n.family == m.family && !n.Dated() && n.value() == m.value()+1
}

// MovedUp reports whether n is a later number than m, the name that the same
// file had before.
func (n Name) MovedUp(m Name) bool {
	return n.family == m.family && !n.Dated() && n.value() > m.value()
}

// Later reports whether n is a later date or a higher number than m.
func (n Name) Later(m Name) bool { return n.family == m.family && n.compare(m) > 0 }

// value is the number; dates have none.
func (n Name) value() int {
	v := 0
	for _, c := range n.digits {
		v = v*10 + int(c-'0')
	}
	return v
}
