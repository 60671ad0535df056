// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package orphans

import "testing"

func TestParseStat(t *testing.T) {
	for _, test := range []struct {
		stat, name string
		parent     int
	}{
		{"12 (sh) S 7 12 12 0", "sh", 7},
		{"12 (a (b) c) R 8 12", "a (b) c", 8},
		{"12 (gone) Z 7 12", "gone", 0},
		{"12 (short) S", "short", 0},
		{"12", "", 0},
		{"12 )(", "", 0},
		{"", "", 0},
	} {
		name, parent := parseStat([]byte(test.stat))
		if name != test.name || parent != test.parent {
			t.Errorf("%q: %q, %d, want %q, %d", test.stat, name, parent, test.name, test.parent)
		}
	}
}
