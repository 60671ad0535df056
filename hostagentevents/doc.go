// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package hostagentevents follows the logs of a Lima hostagent and hands on
// its events as Go values, and what they add up to.
//
// A hostagent is the process that Lima runs on the host for each virtual
// machine. It writes one JSON event per line to ha.stdout.log and its log to
// ha.stderr.log, in the instance's folder. [Watch] follows both and calls back
// with each [Event]; [Events] is the same as an iterator. They go on for as long
// as the caller likes: over growth, absence, rotation, truncation and the new
// files of the next start. [State] folds the events into what is so now, and
// says what is new in each.
//
// Both stand on one [tail.Group] and start no goroutine.
//
// # Order
//
// Events come in the order in which they stand in their file. After a rotation
// those that are still written to the old file may come between events of the
// new one, for as long as package tail keeps the old file open (two seconds);
// their Run is lower. A line that is no event is judged in its turn among them.
//
// Between stdout and stderr there is no order, but for one promise: before an
// event whose Status.Exiting is set is handed over, every whole line that
// stderr held when that event was read has gone to the logger, and the reason
// that is in them is in the event's ExitReason. So a reason that is there
// already comes before the end that it explains. The same goes for the ends that
// [UntilReplaced] and [UntilGone] ask for.
//
// Lima logs a fatal error just after the event, not before it. A caller that
// wants it has three ways: [WithReasonWait] holds the exiting event back for it;
// the parent of the hostagent asks [ExitReason] once the process has ended; and
// whoever goes on watching gets the line by the logger.
//
// # Runs
//
// Each file that ha.stdout.log has named is a run of the hostagent, and has a
// number, counted from 1 for each watch; a file that is truncated begins another
// run. Where a hostagent appends to the file of the one before it (Lima's own
// never does), the first event behind an exiting one that neither exits nor runs
// begins another run, too.
//
// # Replay
//
// A log is read from its start. Whoever begins to watch late gets every event
// of the present file, with Replayed set, and then the new ones. A begin leaves
// out events that are older, and lines of stderr that are older by more than a
// second, the resolution of their times. Lines of stderr without a time always
// pass.
//
// A begin trusts the wall clock: one that is set back while a hostagent runs
// makes new events look older than begin. Besides, only [Event.ExitReason] does,
// to tell the lines of the end from earlier ones. Whoever starts the hostagent
// itself, on files that it has just made, needs no begin, and gets with
// [UntilReplaced] that run and no other.
//
// # Ends
//
// The end of a hostagent does not end a watch, because the next start writes to
// files of the same name. An event with Status.Exiting is the last one of its
// hostagent; a hostagent that is killed, or fails before it runs, writes none,
// and only the parent of the process learns of it. A watch ends
//
//   - without an error when the callback returns true, or the loop over Events is
//     left;
//   - with [context.Cause] when the context ends;
//   - with a [*LogError] when one of the two logs cannot be read any more, or is
//     a directory at the start; later, one that has become a directory is waited
//     for, and that is logged once;
//   - with what [WithBadLine] returns for a line that is no event;
//   - with [ErrExited], [ErrReplaced] or [ErrGone] where [UntilExited],
//     [UntilReplaced] or [UntilGone] ask for that.
//
// An exiting event that has been read is handed over before an error that is met
// while its reason is looked for, the context's end included.
//
// # News
//
// An event is the hostagent's last status with one field replaced. The other
// fields are repeated, sometimes from a status that is older still. State.Apply
// finds the news: see there, and [Change].
//
// # Delivery
//
// Each line is handed over once. Half a line is waited for, not decoded; a
// line of stdout that is no event, or longer than 4 MiB ([WithMaxLineSize]), is
// logged and skipped unless WithBadLine says otherwise. Lines are lost only
// where a file is truncated or deleted before they have been read, and that is
// logged too, as far as it can be known.
//
// Fields that this package does not know are no error and stand in Event.Raw. A
// type of port forward or vsock event that it does not know is kept as it is.
//
// # Back-pressure
//
// The callback or the body of the loop, the function for bad lines and the
// logger run on the goroutine that watches, one call at a time, and nothing is
// read while they do. A slow callback therefore costs no memory and cannot hold
// up the hostagent, which goes on writing to its files. Only while stderr is
// read ahead of a final event are lines of stdout kept in memory: those of one
// read of the file, and some hundreds that came in meanwhile at most.
package hostagentevents
