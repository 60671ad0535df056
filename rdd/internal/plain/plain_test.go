// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package plain_test

import (
	"fmt"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/plain"
)

func ExampleText() {
	fmt.Println(plain.Text("\x1b[2Jcleared"))
	// Output: \x1b[2Jcleared
}

func ExampleLines() {
	fmt.Println(plain.Lines("one\r\ntwo"))
	// Output:
	// one\r
	// two
}

func TestText(t *testing.T) {
	for text, want := range map[string]string{
		"":                    "",
		"größer als 1 '\"\\":  "größer als 1 '\"\\",
		"\x1b]0;owned\x07":    `\x1b]0;owned\a`,
		"a\nb\tc\r":           `a\nb\tc\r`,
		"\u009b31m":           `\u009b31m`, // a control sequence in one character
		"right to left\u202e": `right to left\u202e`,
		"\xff\xfe":            "\ufffd",
	} {
		if got := plain.Text(text); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
}
