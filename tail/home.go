// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"os"
	"path/filepath"
)

// locate finds out where the newest file is, symbolic links resolved: its
// rotated siblings are there. It reports whether that is another place than
// before.
func (f *follower) locate() bool {
	home := resolved(f.path)
	if home == f.path {
		home = f.path // one string for both
	}
	moved := home != f.home
	f.home = home
	return moved
}

// leadsElsewhere reports whether a link leads to another place than that of the newest
// file. Where there is none any more, it leads nowhere.
func (f *follower) leadsElsewhere() bool {
	to := resolved(f.path)
	return to != f.home && to != f.path
}

// resolved is a path without symbolic links, also where there is nothing at its
// end.
func resolved(path string) string {
	for range maxLinks {
		home, err := filepath.EvalSymlinks(path)
		if err == nil {
			return home
		}
		dir, err := filepath.EvalSymlinks(filepath.Dir(path))
		if err != nil {
			return path
		}
		path = filepath.Join(dir, filepath.Base(path))
		to, err := os.Readlink(path)
		switch {
		case err != nil:
			return path
		case filepath.IsAbs(to):
			path = to
		default:
			path = filepath.Join(dir, to)
		}
	}
	return path
}

// maxLinks is how many links that point to links are followed.
const maxLinks = 8

// moved begins in another place, to which a link has been pointed. What had the
// name in the old place is not looked for, nor what is beside it in the new.
func (f *follower) moved(s *source) {
	if n := len(f.sources); n > 1 && s.lead.gap == nil {
		s.lead = chunk{file: s.file, gap: replaced(f.sources[n-2])}
	}
	f.known, f.allKnown = nil, false
	f.survey()
}
