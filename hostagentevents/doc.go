// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package hostagentevents follows the logs of a Lima hostagent and hands on
// its events as Go values.
//
// A hostagent is the process that Lima runs on the host for each virtual
// machine. It writes one JSON event per line to ha.stdout.log and its log to
// ha.stderr.log, in the instance's folder. [Watch] follows both, by way of one
// [tail.Group], for as long as the caller likes: over growth, absence,
// rotation, truncation and the new files of the next start.
//
// # Order
//
// Events come in the order in which they stand in their file. After a rotation
// those that are still written to the old file may come between events of the
// new one, for as long as package tail keeps the old file open.
//
// Between stdout and stderr there is no order, but for one promise: before an
// event whose Status.Exiting is set is handed over, every whole line that
// stderr held when that event was read has gone to the logger. So a reason
// that is there already comes before the end that it explains.
//
// Lima logs a fatal error just after the event, not before it. A caller that
// follows a living hostagent and wants that line returns false at exiting and
// ends Watch, by its context, once the process has ended and its last lines
// have come.
//
// # Replay
//
// A log is read from its start. Whoever begins to watch late gets every event
// of the present file, and then the new ones; there is no telling the two
// apart but by time, which is what begin is for. Events older than begin are
// left out, and lines of stderr that are older by more than a second, the
// resolution of their times. Lines of stderr without a time always pass.
//
// A clock that is set back while a hostagent runs makes new events look older
// than begin. A caller that starts the hostagent itself, on files that it has
// just made, needs no begin.
//
// # End of stream
//
// The end of a hostagent does not end Watch, because the next start writes to
// files of the same name. An event with Status.Exiting is the last one of its
// hostagent; a hostagent that is killed, or fails before it runs, writes none,
// and only the parent of the process learns of it. Watch ends when the
// callback returns true, when the context ends, or when one of the two logs
// cannot be read any more.
//
// # Delivery
//
// Each line is handed over once. Half a line is waited for, not decoded; a
// line of stdout that is no event, or longer than 4 MiB, is logged and skipped.
// Lines are lost only where a file is truncated or deleted before they have
// been read, and that is logged too, as far as it can be known.
//
// Fields that this package does not know are ignored. A type of port forward
// or vsock event that it does not know is kept as it is.
//
// # Back-pressure
//
// The callback and the logger run on the goroutine that called Watch, one call
// at a time, and nothing is read while they do. A slow callback therefore
// costs no memory and cannot hold up the hostagent, which goes on writing to
// its files. Only while stderr is read ahead of a final event are events kept
// in memory: those that came in meanwhile.
package hostagentevents
