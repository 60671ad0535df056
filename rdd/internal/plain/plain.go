// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package plain makes text from a guest fit to be shown: nothing in it steers
// the terminal.
package plain

import (
	"strconv"
	"strings"
	"unicode"
)

// Text returns text with what cannot be printed, line ends included, as Go would
// write it in a string. Bytes that are no UTF-8 become U+FFFD.
func Text(text string) string {
	var shown strings.Builder
	for _, r := range strings.ToValidUTF8(text, string(unicode.ReplacementChar)) {
		if unicode.IsGraphic(r) {
			shown.WriteRune(r)
		} else {
			shown.WriteString(strings.Trim(strconv.QuoteRune(r), "'"))
		}
	}
	return shown.String()
}

// Lines is [Text] for each of several lines.
func Lines(text string) string {
	lines := strings.Split(text, "\n")
	for i, line := range lines {
		lines[i] = Text(line)
	}
	return strings.Join(lines, "\n")
}
