// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"io"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// A file of which nothing has been read yet is known by what is before the
// place of the start, and by its size.
func TestTruncationBeforeAnythingWasRead(t *testing.T) {
	for name, start := range map[string]tail.Config{
		"from the end":       {Location: &tail.SeekInfo{Whence: io.SeekEnd}},
		"from the last line": {LastLines: 1},
		"from an offset":     {Location: &tail.SeekInfo{Offset: 2}},
		"from the beginning": {},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				cfg.Location, cfg.LastLines = start.Location, start.LastLines
				path := logFile(t, "1\n2\n3\n4\n")
				r, err := tail.NewReader(path, following(cfg))
				must(t, err)
				defer r.Close()
				must(t, os.Truncate(path, 0))
				appendTo(t, path, "a\nb\n")
				var got []string
				for item, err := range r.Lines(t.Context()) {
					must(t, err)
					if got = append(got, show(item, nil)); got[len(got)-1] == "b" {
						break
					}
				}
				if text(slices.Compact(got)) != "gap: truncated\na\nb\n" {
					t.Errorf("got %q", got)
				}
				if st := r.Stats(); st.Seen != st.Skipped+st.Delivered+st.Pending+st.Lost || st.Pending > 0 {
					t.Errorf("got %+v", st)
				}
			})
		})
	}
}

// What it began with is known as well. That it is not that any more shows at the
// first read, and not at a later one, when some of the new content has been
// handed out.
func TestRewrittenBeforeAnythingWasRead(t *testing.T) {
	for name, was := range map[string]int{"short": 100, "as long as a buffer": bufSize, "long": 3 * bufSize} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, strings.Repeat("old\n", was/4))
				r := newReader(t, path, following(cfg))
				lines := numbered(1, bufSize/4)
				write(t, path, text(lines))
				var got []string
				for item, err := range r.Lines(t.Context()) {
					must(t, err)
					if item.Gap == nil {
						got = append(got, show(item, nil))
					}
					if len(got) > 0 && got[len(got)-1] == lines[len(lines)-1] {
						break
					}
				}
				sameLines(t, got, lines)
				if st := r.Stats(); st.Gaps == 0 {
					t.Errorf("got %+v, want a gap", st)
				}
				wantLaw(t, r.Stats())
			})
		})
	}
}
