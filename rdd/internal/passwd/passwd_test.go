// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package passwd

import (
	"os"
	"testing"
)

func TestFill(t *testing.T) {
	const key = "RDD_TEST_FILL"
	for _, test := range []struct{ name, was, want string }{
		{"empty", "", "new"},
		{"set already", "old", "old"},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(key, test.was)
			fill(key, "new")
			if got := os.Getenv(key); got != test.want {
				t.Errorf("%s is %q, want %q", key, got, test.want)
			}
		})
	}
}

func TestListed(t *testing.T) {
	const list = "root:x:0:0:root:/root:/bin/sh\n# a comment\nbad\nuser:x:1000:100::/home/user:/bin/sh"
	for uid, want := range map[int]bool{0: true, 1000: true, 100: false, 1: false} {
		if got := listed(list, uid); got != want {
			t.Errorf("listed(%d) is %v, want %v", uid, got, want)
		}
	}
}
