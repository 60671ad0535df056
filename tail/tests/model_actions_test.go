// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"runtime"
	"slices"
)

// onUnix: on Windows not everybody can make links, and a folder with an open
// file in it cannot be renamed.
const onUnix = runtime.GOOS != "windows"

// action is something that is done to a log, or that its reader does.
type action struct {
	what     string
	weight   int  // how common it is
	below    int  // do is called with a number below this; 0: it needs none
	harmful  bool // something may be lost by it
	possible func(s sequence) bool
	do       func(w *modelWriter, n int)
}

var actions = []action{
	{what: "line", weight: 4, do: func(w *modelWriter, _ int) { w.line() }},
	{what: "burst of lines", weight: 3, below: 200, do: func(w *modelWriter, n int) { w.burst(n) }},
	{what: "piece of a line", weight: 2, do: func(w *modelWriter, _ int) { w.piece() }},

	{what: "rename", weight: 1, possible: moves, do: func(w *modelWriter, _ int) { w.rename() }},
	{what: "rename and create", weight: 3, possible: moves, do: func(w *modelWriter, _ int) { w.rename(); w.recreate() }},
	{what: "late line", weight: 2, possible: moves, do: func(w *modelWriter, _ int) { w.lateLine() }},
	{what: "rename, late line, create", weight: 1, possible: moves, do: func(w *modelWriter, _ int) { w.rename(); w.lateLine(); w.recreate() }},
	{what: "rotations without pause", weight: 1, below: 12, possible: moves, do: (*modelWriter).rotations},
	{what: "rename, and create when that was noticed", weight: 1, possible: moves, do: func(w *modelWriter, _ int) { w.absence(w.rename) }},

	{what: "copytruncate", weight: 2, harmful: true, possible: copies, do: func(w *modelWriter, _ int) { w.copyTruncate(0) }},
	{what: "copytruncate and lines between", weight: 1, below: 9, harmful: true, possible: copies, do: (*modelWriter).copyTruncate},
	{what: "truncate", weight: 2, harmful: true, do: func(w *modelWriter, _ int) { w.truncate(truncated) }},
	{what: "truncate to so many hundredths, and a line", weight: 2, below: 100, harmful: true, do: (*modelWriter).cut},
	{what: "delete", weight: 1, harmful: true, possible: moves, do: func(w *modelWriter, _ int) { w.remove() }},
	{what: "delete and create", weight: 2, harmful: true, possible: moves, do: func(w *modelWriter, _ int) { w.remove(); w.recreate() }},
	{what: "delete, and create when that was noticed", weight: 1, harmful: true, possible: unix, do: func(w *modelWriter, _ int) { w.absence(w.remove) }},
	{what: "delete the rotated files but so many", weight: 1, below: 4, harmful: true, do: (*modelWriter).prune},
	{what: "compress a rotated file, from the oldest on the one after so many", weight: 1, below: 8, harmful: true, possible: dated, do: (*modelWriter).pack},
	{what: "another folder in its place", weight: 1, harmful: true, possible: notLinked, do: func(w *modelWriter, _ int) { w.swapFolder() }},
	{what: "link to another log", weight: 2, harmful: true, possible: linked, do: func(w *modelWriter, _ int) { w.swapLink() }},

	{what: "reader stalls", weight: 2, do: func(w *modelWriter, _ int) { w.reader.stall(0) }},
	{what: "reader slows down", weight: 1, do: func(w *modelWriter, _ int) { w.reader.goOn(true) }},
	{what: "reader goes on", weight: 1, do: func(w *modelWriter, _ int) { w.reader.goOn(false) }},
	{what: "reader catches up", weight: 2, do: func(w *modelWriter, _ int) { w.catchUp() }},
	{what: "reader stalls inside a burst of lines", weight: 2, below: 200, do: (*modelWriter).stallInside},
	{what: "reader is closed and opened anew", weight: 1, possible: shortGrace, do: func(w *modelWriter, _ int) { w.catchUp(); w.reopen() }},
	{what: "reader is closed and opened anew inside a burst of lines", weight: 1, below: 200, possible: shortGrace, do: (*modelWriter).reopenInside},
	{what: "reader stops at the end and is opened anew", weight: 2, possible: stopping, do: func(w *modelWriter, _ int) { w.stopAndReopen() }},
	{what: "reader reads what is ready", weight: 2, possible: grouping, do: func(w *modelWriter, _ int) { w.readReady() }},
}

// A log is rotated in one way. Where copies are made and files are moved between
// two looks of the reader, a copy may pass for a file of its own.
func copies(s sequence) bool    { return s.copies }
func dated(s sequence) bool     { return s.naming.dated && !s.copies }
func moves(s sequence) bool     { return !s.copies }
func unix(s sequence) bool      { return moves(s) && onUnix }
func linked(s sequence) bool    { return moves(s) && s.linked }
func notLinked(s sequence) bool { return unix(s) && !s.linked }

// shortGrace: late lines are lost to a reader that is closed before they come.
func shortGrace(s sequence) bool { return s.grace != longGrace }

// What the ways in offer differs.
func stopping(s sequence) bool { return s.way == byTail && shortGrace(s) }
func grouping(s sequence) bool { return s.way == byGroup }

// recreate creates the log if it is not there.
func (w *modelWriter) recreate() {
	if w.now == nil {
		w.create()
	}
}

// lateLine is what a writer does that still has the file open.
func (w *modelWriter) lateLine() {
	if s, ok := w.lateTo(); ok {
		w.lineTo(s.written, s.path)
		s.late = true
		w.date(s.path)
	}
}

func (w *modelWriter) rotations(n int) {
	for range n {
		w.line()
		w.rename()
	}
	w.recreate()
}

// absence makes the log go, waits until the reader knows, and creates it anew.
func (w *modelWriter) absence(goes func()) {
	const notice = "waiting for"
	w.catchUp()
	before := w.journal.count(notice)
	goes()
	w.await("the absence to be noticed", func() bool { return w.journal.count(notice) > before })
	w.recreate()
}

// catchUp lets the reader read all there is.
func (w *modelWriter) catchUp() {
	w.reader.goOn(false)
	line := w.line()
	w.await(head(line), func() bool { return w.reader.has(line) })
}

func (w *modelWriter) await(what string, holds func() bool) {
	if w.err == nil && !w.reader.await(patience/3, holds) {
		w.err = errors.New("no end of waiting for " + what)
	}
}

// stallInside leaves the reader with lines that it has found and not taken.
func (w *modelWriter) stallInside(n int) {
	w.catchUp()
	w.reader.stall(w.now.n)
	first := w.burst(1 + n)
	w.await(head(first), func() bool { return w.reader.has(first) })
}

// reopenInside closes the reader when it has taken some of a burst.
func (w *modelWriter) reopenInside(n int) {
	w.catchUp()
	first := w.burst(1 + n)
	w.await(head(first), func() bool { return w.reader.has(first) })
	w.reopen()
}

// reopen closes the reader and opens another one behind the last item of the
// file that has the name, as one does who keeps the offset.
func (w *modelWriter) reopen() {
	if w.err != nil {
		return
	}
	w.reader.end()
	for _, f := range w.files[:len(w.files)-1] {
		f.left = true
	}
	w.beginAgain()
}

func (w *modelWriter) beginAgain() {
	if w.err == nil {
		w.reader.begin(w.now.n, w.reader.endIn(w.now.n))
	}
}

func (w *modelWriter) stopAndReopen() {
	w.readLine("StopAtEOF", w.reader.stopAtEOF)
	w.beginAgain()
}

// readReady has the reader read all that is there. Where a number is missing, or where
// it is not known which files are new in the folder to which a link has been pointed, a
// rotation may be under way, which is not waited for.
func (w *modelWriter) readReady() {
	pruned := slices.ContainsFunc(w.files, func(f *written) bool { return f.fate == deleted && !f.hadName })
	if moved := w.linked && w.homes > 0; !pruned && !moved {
		w.readLine("Ready", w.reader.readReady)
	} else if w.err == nil {
		w.err = w.reader.readReady()
	}
}

// readLine appends a line and has it read, whatever the reader is doing.
func (w *modelWriter) readLine(name string, read func() error) {
	line := w.line()
	if w.err != nil {
		return
	}
	if w.err = read(); w.err == nil && !w.reader.has(line) {
		w.err = fmt.Errorf("%s left out %s", name, head(line))
	}
}

// end lets the reader come to the end of all that was written.
func (w *modelWriter) end() {
	if w.way == byTail {
		if w.err == nil {
			w.err = w.reader.stopAtEOF()
		}
		return
	}
	w.catchUp()
	w.reader.await(patience/6, func() bool { return w.err != nil || !w.judge().waits })
}
