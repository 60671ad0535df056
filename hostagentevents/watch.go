// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"fmt"
	"iter"
	"slices"
	"time"
)

// Watch follows the two logs of one hostagent, ha.stdout.log and
// ha.stderr.log, and calls onEvent with each event, in the order in which the
// hostagent wrote them, until onEvent returns true; Watch then returns nil.
// Calls do not overlap and come from the goroutine that called Watch.
//
// Both files are read from their start, so events of before the call are
// replayed; those older than begin are left out, and so are lines of stderr.
// A zero begin leaves out nothing. Either file may be missing yet, and may be
// rotated, truncated or deleted and created anew while it is watched.
//
// A log that becomes a directory while it is watched, or may not be opened, is
// waited for; the former is logged.
//
// A line that is not an event is logged (see [WithLogger]) and skipped, unless
// [WithBadLine] says otherwise.
//
// Watch returns [context.Cause] when ctx ends; a [*LogError], with the log's
// path in it, when one of the logs cannot be read: one that is a directory at the
// start, or whose disk fails, say; and what the options [UntilExited], [UntilReplaced],
// [UntilGone] and WithBadLine ask for.
func Watch(ctx context.Context, haStdoutPath, haStderrPath string, begin time.Time, onEvent func(Event) bool, opts ...Option) error {
	if onEvent == nil {
		return errNoCallback
	}
	opts = slices.Insert(slices.Clone(opts), 0, WithBegin(begin))
	for event, err := range Events(ctx, haStdoutPath, haStderrPath, opts...) {
		if err != nil {
			return err
		}
		if onEvent(event) {
			break
		}
	}
	return nil
}

// Events is [Watch] as an iterator. It ends with one pair that holds an error,
// the one that Watch would return; leaving the loop ends the watch without one.
// Each pair before that holds an event and no error. When the loop is over, the
// logs are closed; ranging again begins again, with the logs' first events.
func Events(ctx context.Context, haStdoutPath, haStderrPath string, opts ...Option) iter.Seq2[Event, error] {
	return func(yield func(Event, error) bool) {
		w := newWatcher(haStdoutPath, haStderrPath, newOptions(opts))
		defer w.group.Close()
		if err := w.run(ctx, yield); err != nil {
			yield(Event{}, err)
		}
	}
}

// run hands over events until it is to end; without an error if yield wants no
// more.
func (w *watcher) run(ctx context.Context, yield func(Event, error) bool) error {
	if err := w.open(); err != nil {
		return err
	}
	for {
		event, err := w.next(ctx)
		if err != nil {
			return err
		}
		if !yield(event, nil) {
			return nil
		}
		if event.Status.Exiting && w.untilExited {
			return exited(event.ExitReason)
		}
	}
}

func exited(reason string) error {
	if reason == "" {
		return ErrExited
	}
	return fmt.Errorf("%w: %s", ErrExited, reason)
}
