// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package tail follows log files through growth, rotation, truncation and
// absence, and reports what it could not read instead of losing it in silence.
//
// There are four ways in. [Reader] is the iterator over one file that all
// others stand on; [Group] is the same for many files at once; [Stream] copies
// lines to a writer; and [Open] returns a [Tail], whose channel and whose
// interface are those of github.com/nxadm/tail, so that its users change an
// import and nothing else.
//
// # What is followed
//
// With Config.Follow the file is followed that was opened, wherever it is
// renamed to. With Config.ReOpen too, it is the name: what has the name next is
// read after what had it before. A name that means nothing, or a directory, for
// a while is waited for.
//
// Each file that the name has stood for is a generation, counted from 1; a
// truncated file begins another. Lines of one generation come in their order.
// After a rotation the old file is read to its end before the new one is begun,
// and watched for a grace period, so late lines of it may come between lines of
// the new one: [File] tells them apart.
//
// Generations that came and went while nobody looked are found among the
// rotated files beside the log, where they are named BASE.N, BASE-DATE or
// STEM.N.EXT. What is not to be found any more is a [Gap].
//
// # Lines
//
// A line ends in a newline, which is not part of it; a carriage return is. A
// last piece without newline is handed out when its file can no longer grow
// and, unless Config.CompleteLines is set, when the file has not grown for
// 250 ms. No byte is left out or handed out twice.
//
// # Waking up
//
// The kernel's notifications, or a poll interval, only say when to look. What
// has happened is found out by looking: at the size of the open file, at what
// the path names, and at the bytes before the offset, which are read again
// together with those behind it. A notification that is lost costs at most the
// time to the next safety look, which is a second for up to a thousand files
// and a second more for each further thousand.
//
// All followers of a process share one kernel watcher. Where it has none to
// give, a file is polled, and the logger is told.
//
// # Endings
//
// Stop, Close and the end of a context may come at any time, also while nobody
// takes the lines. When Stop, Wait, Stream or Close returns, the file is
// closed and no goroutine of it is left. An error reaches the caller through
// Wait, Err, or the last pair of an iteration. The package never ends the
// process and writes to standard error only where it is given [DefaultLogger].
package tail
