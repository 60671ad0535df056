// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package siblings

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// FuzzParse: any two names are read without harm, only one that has a number in
// it is that of a rotated file, and the names that Numbered makes are read as
// that number.
func FuzzParse(f *testing.F) {
	for _, base := range []string{"log", "app.log", ".log", "log.", "a.b.c", "", "x-1.log", "log.7"} {
		for _, rest := range []string{"", ".1", ".01", "-20260101", ".1.gz", "-2026-01-02T03:04:05Z", ".20260101.log", "\xff.1", ".99999999999999999999999"} {
			f.Add(base, base+rest, uint16(7))
			f.Add(base, "app"+rest, uint16(0))
		}
	}
	f.Fuzz(func(t *testing.T, base, name string, n uint16) {
		p := Parse(base, name)
		if p.Valid() && (name == base || !strings.ContainsAny(name, "0123456789")) {
			t.Errorf("%q passes for a rotated %q", name, base)
		}
		if p.compare(p) != 0 || p.Later(p) || p.Follows(p) || p.MovedUp(p) {
			t.Errorf("%q of %q is not beside itself: %+v", name, base, p)
		}
		names := Numbered(base, int(n))
		for i, name := range names {
			if p := Parse(base, name); !p.Valid() || p.Dated() || p.value() != int(n) {
				t.Errorf("%q, number %d of %q, is read as %+v", name, n, base, p)
			}
			if slices.Contains(names[:i], name) {
				t.Errorf("%q, number %d of %q, is there twice", name, n, base)
			}
		}
	})
}

// FuzzOrder: whatever the files are called, the order holds none twice and none
// that was not given, it is the same whenever it is asked for, and does not
// depend on the order in which the files were listed.
func FuzzOrder(f *testing.F) {
	f.Add("log.3", "log.2 log.1", []byte{1, 2}, uint8(0))
	f.Add("log.1", "log.2 log.3", []byte{2, 1}, uint8(2))
	f.Add("log-20260101", "log-20260102 log-20260103", []byte{0}, uint8(1))
	f.Add("log.old", "log.1 log-20260103", []byte{}, uint8(0))
	f.Add("", "log.1 log.1 log.01", []byte{5, 5, 5}, uint8(0))
	f.Add("", "log.3 log.1 log.2", []byte{5, 1, 3}, uint8(1))
	f.Fuzz(func(t *testing.T, own, names string, times []byte, dir uint8) {
		fresh := rotated(names, times)
		var last *Name
		if own != "" {
			name := Parse("log", own)
			last = &name
		}
		d := Direction(dir % 3)
		given := slices.Clone(fresh)
		order, sure := Order(last, fresh, d)
		if !slices.Equal(given, fresh) {
			t.Fatal("what was given was changed")
		}
		seen := map[int]bool{}
		for _, r := range order {
			if seen[r.Index] || r.Index >= len(given) || r != given[r.Index] {
				t.Fatalf("%v holds one twice, or one that is not of %v", order, given)
			}
			seen[r.Index] = true
		}
		if sure && len(order) != len(given) {
			t.Errorf("sure, and %d files of %d", len(order), len(given))
		}
		slices.Reverse(fresh)
		again, sureAgain := Order(last, fresh, d)
		if distinct(given) && (!slices.Equal(order, again) || sure != sureAgain) {
			t.Errorf("%v, %v and, listed the other way, %v, %v", order, sure, again, sureAgain)
		}
	})
}

// rotated makes up files as they are listed: valid ones only.
func rotated(names string, times []byte) []Rotated {
	var list []Rotated
	for name := range strings.FieldsSeq(names) {
		r := Rotated{Name: Parse("log", name), Index: len(list)}
		if i := len(list); i < len(times) {
			r.ModTime = time.Unix(int64(times[i]), 0)
		}
		if r.Name.Valid() {
			list = append(list, r)
		}
	}
	return list
}

// distinct reports whether no two names are the same.
func distinct(list []Rotated) bool {
	names := map[Name]bool{}
	for _, r := range list {
		names[r.Name] = true
	}
	return len(names) == len(list)
}
