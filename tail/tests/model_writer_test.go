// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// naming is how rotated files are called.
type naming struct {
	name string
	base string // of the log itself
	// of is the name of a rotated file: for a rotation that shifts, of the n-th
	// from the youngest, else of the n-th rotation.
	of     func(n int) string
	shifts bool
	dated  bool
}

var namings = []naming{
	{"log.N, shifting", "log", func(n int) string { return fmt.Sprintf("log.%d", n) }, true, false},
	{"app.N.log, shifting", "app.log", func(n int) string { return fmt.Sprintf("app.%d.log", n) }, true, false},
	{"log.N, counting", "log", func(n int) string { return fmt.Sprintf("log.%d", n) }, false, false},
	{"log-DATE", "log", func(n int) string { return fmt.Sprintf("log-20260101%06d", n) }, false, true},
}

// counts says that a rotation takes the next number and moves no file.
func (n naming) counts() bool { return !n.shifts && !n.dated }

// fate is what became of a file.
type fate int

const (
	stands     fate = iota // under the name or, rotated, beside it
	truncated              // another content is in it
	copied                 // the same, after a copy was made, which stands beside
	deleted                // before or after it was rotated
	outOfSight             // in another folder, or no link points to it
)

// written is what was written to a file. What comes into it after a truncation
// counts as another file, as it does for the reader.
type written struct {
	n       int // from 1, in their order
	home    int // the folder in which it was written, from 0
	content []byte
	lines   int
	begun   string // what is still to be written of a line that was begun
	kept    int    // it begins with so much of the file before it, which was cut off there

	fate    fate
	copy    int  // how much of it is in the copy
	wasRead bool // something of it had come when it was lost
	hadName bool // it was lost while it had the name
	late    bool // it was written to after it lost the name
	packed  bool // it was compressed after that, and what had a date is not there
	left    bool // the reader was closed after it lost the name
}

// standing is a rotated file that stands beside the log.
type standing struct {
	*written
	path string
	copy bool
}

// modelWriter writes and rotates a log, and keeps what it has written.
type modelWriter struct {
	sequence
	root    string
	path    string // that is followed
	home    string // the folder in which the log really is
	homes   int
	files   []*written
	now     *written   // has the name; nil where nothing has
	beside  []standing // oldest first
	turns   int        // of rotations
	reader  *modelReader
	journal *journal
	err     error // of the first action that failed: the others do nothing
}

func newModelWriter(s sequence, root string) *modelWriter {
	w := &modelWriter{sequence: s, root: root, home: filepath.Join(root, "home"), journal: newJournal()}
	w.path = filepath.Join(w.home, s.naming.base)
	w.try(os.Mkdir(w.home, 0o700))
	if s.linked {
		w.path = filepath.Join(root, "link")
		w.try(os.Symlink(w.real(), w.path))
	}
	return w
}

func (w *modelWriter) try(err error) {
	if w.err == nil {
		w.err = err
	}
}

// real is the path of the log without links.
func (w *modelWriter) real() string { return filepath.Join(w.home, w.naming.base) }

// create makes a new file of the name, empty.
func (w *modelWriter) create() {
	w.renew()
	w.append(w.now, w.real(), "")
}

// renew begins a new content.
func (w *modelWriter) renew() {
	w.now = &written{n: len(w.files) + 1, home: w.homes}
	w.files = append(w.files, w.now)
}

// append writes to a file in one call.
func (w *modelWriter) append(file *written, path, text string) {
	if w.err != nil {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		w.try(err)
		return
	}
	defer f.Close()
	file.content = append(file.content, text...)
	_, err = f.WriteString(text)
	w.try(err)
}

// ensure makes the file if it is not there.
func (w *modelWriter) ensure() {
	if w.now == nil {
		w.renew()
	}
}

// line appends a line, or the rest of one, and returns all of it.
func (w *modelWriter) line() string {
	w.ensure()
	return w.lineTo(w.now, w.real())
}

func (w *modelWriter) lineTo(f *written, path string) string {
	whole, rest := f.next()
	w.append(f, path, rest)
	return whole
}

// next is the next line of a file, and what is to be written of it.
func (f *written) next() (whole, rest string) {
	if rest = f.begun; rest != "" {
		f.begun = ""
		return lineOf(f.n, f.lines), rest
	}
	f.lines++
	whole = lineOf(f.n, f.lines)
	return whole, whole
}

// lineOf makes up a line that tells by itself where it belongs, and so does every
// part of it: where a file was rewritten with the same first and last bytes nobody
// would know. A few are long.
func lineOf(file, n int) string {
	length := n * 37 % 120
	if n%40 == 39 {
		length = 5000
	}
	name := fmt.Sprintf("%04d.%06d ", file, n)
	return name + strings.Repeat(name, length/len(name)+1)[:length] + "\n"
}

// burst appends n lines in one call and returns the first.
func (w *modelWriter) burst(n int) string {
	w.ensure()
	var first string
	var b strings.Builder
	for i := range n {
		whole, rest := w.now.next()
		if b.WriteString(rest); i == 0 {
			first = whole
		}
	}
	w.append(w.now, w.real(), b.String())
	return first
}

// piece appends half of what is still to be written of a line.
func (w *modelWriter) piece() {
	w.ensure()
	_, rest := w.now.next()
	half := (len(rest) + 1) / 2
	if half == len(rest) {
		half = 0 // the newline alone
	}
	w.now.begun = rest[half:]
	w.append(w.now, w.real(), rest[:half])
}

// makeWay frees the name for the next rotated file and returns it.
func (w *modelWriter) makeWay() string {
	w.turns++
	if !w.naming.shifts {
		return filepath.Join(w.home, w.naming.of(w.turns))
	}
	for i := range w.beside {
		s := &w.beside[i]
		to := filepath.Join(w.home, w.naming.of(len(w.beside)-i+1))
		w.try(os.Rename(s.path, to))
		s.path = to
	}
	return filepath.Join(w.home, w.naming.of(1))
}

// date makes rotations that count a second apart, as it were. Rotated files that
// were all there when the reader looked first, or after a loss, tell by their
// times alone in which direction they are numbered.
func (w *modelWriter) date(path string) {
	if w.naming.counts() && w.err == nil {
		at := w.journal.begin.Add(time.Duration(w.turns) * time.Second)
		w.try(os.Chtimes(path, at, at))
	}
}

// rename rotates the log away. Nothing has the name then.
func (w *modelWriter) rename() {
	if w.now == nil {
		return
	}
	to := w.makeWay()
	w.date(w.real())
	w.try(os.Rename(w.real(), to))
	w.beside = append(w.beside, standing{written: w.now, path: to})
	w.now = nil
}

// copyTruncate rotates by a copy. What is written between the copying and the
// truncation is lost.
func (w *modelWriter) copyTruncate(between int) {
	if w.now == nil {
		return
	}
	to := w.makeWay()
	content, err := os.ReadFile(w.real())
	w.try(err)
	w.try(os.WriteFile(to+".new", content, 0o600))
	w.date(to + ".new")
	w.try(os.Rename(to+".new", to)) // so that nobody reads half a copy
	if between > 0 {
		w.burst(between)
	}
	w.now.copy = len(content)
	w.beside = append(w.beside, standing{written: w.now, path: to, copy: true})
	w.truncate(copied)
}

// truncate empties the log.
func (w *modelWriter) truncate(f fate) {
	if w.now == nil {
		return
	}
	w.lose(w.now, f)
	w.try(os.Truncate(w.real(), 0))
	w.renew()
}

// cut truncates the log to so many hundredths of what it holds, and appends a
// line.
func (w *modelWriter) cut(hundredths int) {
	if w.now == nil {
		return
	}
	old := w.now
	kept := len(old.content) * hundredths / 100
	w.lose(old, truncated)
	w.try(os.Truncate(w.real(), int64(kept)))
	w.renew()
	w.now.content = bytes.Clone(old.content[:kept])
	_, line := w.now.next()
	if kept > 0 && old.content[kept-1] != '\n' {
		line = "\n" + line
	}
	w.append(w.now, w.real(), line)
	for w.now.kept < len(old.content) && w.now.content[w.now.kept] == old.content[w.now.kept] {
		w.now.kept++
	}
}

// remove deletes the log. Nothing has the name then.
func (w *modelWriter) remove() {
	if w.now == nil {
		return
	}
	w.lose(w.now, deleted)
	w.try(os.Remove(w.real()))
	w.now = nil
}

// lose notes what is about to become of a file. What had come of it before was
// read from it while it was there, so the reader has it open.
func (w *modelWriter) lose(f *written, as fate) {
	if f.fate == copied {
		f.fate = truncated // and its copy is gone
		return
	}
	f.wasRead = w.reader.hasBegun(f.n)
	f.hadName = f == w.now
	f.fate = as
}

// prune deletes the oldest rotated files but the last few.
func (w *modelWriter) prune(keep int) {
	for len(w.beside) > keep {
		s := w.beside[0]
		w.lose(s.written, deleted)
		w.try(os.Remove(s.path))
		w.beside = w.beside[1:]
	}
}

// pack compresses one of the rotated files, which nobody can read then.
func (w *modelWriter) pack(n int) {
	if n >= len(w.beside) {
		return
	}
	s := w.beside[n]
	w.lose(s.written, deleted)
	s.packed = true
	w.try(os.WriteFile(s.path+".gz", nil, 0o600))
	w.try(os.Remove(s.path))
	w.beside = slices.Delete(w.beside, n, n+1)
}

// leaveHome puts all files out of sight.
func (w *modelWriter) leaveHome() {
	for _, s := range w.beside {
		w.lose(s.written, outOfSight)
	}
	if w.now != nil {
		w.lose(w.now, outOfSight)
	}
	w.beside, w.now = nil, nil
	w.homes++
	if !w.naming.dated {
		w.turns = 0
	}
}

// swapFolder moves the folder away and makes another one, with a log in it.
func (w *modelWriter) swapFolder() {
	w.leaveHome()
	w.try(os.Rename(w.home, fmt.Sprintf("%s.%d", w.home, w.homes)))
	w.try(os.Mkdir(w.home, 0o700))
	w.create()
}

// swapLink points the link to a log in another folder.
func (w *modelWriter) swapLink() {
	w.leaveHome()
	w.home = filepath.Join(w.root, fmt.Sprintf("home.%d", w.homes))
	w.try(os.Mkdir(w.home, 0o700))
	w.create()
	w.try(os.Symlink(w.real(), w.path+".new"))
	w.try(os.Rename(w.path+".new", w.path))
}

// lateTo is the file that lost the name last, if what is written to it is sure
// to be read: it has no successor yet, or its grace period goes on.
func (w *modelWriter) lateTo() (standing, bool) {
	if len(w.beside) == 0 || w.now != nil && w.grace != longGrace {
		return standing{}, false
	}
	s := w.beside[len(w.beside)-1]
	last := slices.Index(w.files, s.written) == len(w.files)-1
	return s, !s.copy && (last || w.now != nil && w.now.n == s.n+1)
}
