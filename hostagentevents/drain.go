// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
)

// maxQueued is how many lines of stdout may wait to be handed over before no
// more is read ahead. Those of the read that is under way come on top.
const maxQueued = 256

// drain reads what the logs of these paths hold now, both where none is given.
// Lines of stdout that come with it are queued.
func (w *watcher) drain(ctx context.Context, paths ...string) error {
	for item, err := range w.group.Ready(ctx, paths...) {
		if err := w.take(item, err); err != nil {
			return err
		}
	}
	return nil
}

// lookAtStdout finds out which file stdout is now, to tell which one of stderr
// belongs to it. Another name shows at once, a truncation at the first read
// behind what has been read already.
func (w *watcher) lookAtStdout(ctx context.Context) error {
	held := w.group.Buffered() > 0
	for item, err := range w.group.Ready(ctx, w.stdoutPath) {
		if err := w.take(item, err); err != nil {
			return err
		}
		if !held || len(w.queue) >= maxQueued {
			break
		}
		held = w.group.Buffered() > 0
	}
	return nil
}

// explain gives the event of an exit the reason that is in stderr. What goes
// wrong meanwhile is kept, as the event has been read before that.
func (w *watcher) explain(ctx context.Context, exit *found) {
	if !exit.event.Status.Exiting {
		return
	}
	if w.failed == nil {
		w.failed = w.seekReason(ctx, exit)
	}
	exit.event.ExitReason = w.reason(exit).text
}

// seekReason reads what stderr holds, and waits for a reason where that was
// asked for.
func (w *watcher) seekReason(ctx context.Context, exit *found) error {
	if err := w.readStderr(ctx); err != nil || w.reasonWait <= 0 || exit.event.Replayed {
		return err
	}
	waiting, cancel := context.WithTimeoutCause(ctx, w.reasonWait, errNoReason)
	defer cancel()
	for !w.explained(exit) && w.ended == nil {
		err := w.awaitReason(waiting, exit)
		if err != nil && !errors.Is(err, errNoReason) {
			return err
		}
		if failed := w.readStderr(ctx); failed != nil || err != nil || len(w.queue) >= maxQueued {
			return failed
		}
	}
	return nil
}

// readStderr reads what stderr holds, and finds out which file of stdout it belongs
// to. Between the looks at the two a start may replace both, which another look at
// stdout tells. Where many lines of it wait, it is not looked at again: what was
// found out when they were read holds for them.
func (w *watcher) readStderr(ctx context.Context) error {
	if len(w.queue) >= maxQueued {
		return w.drain(ctx, w.stderrPath)
	}
	failed := w.lookAtStdout(ctx)
	for again := true; again; {
		before, _ := w.generation(w.stdoutPath)
		if err := w.drain(ctx, w.stderrPath); failed == nil {
			failed = err
		}
		if failed == nil {
			failed = w.lookAtStdout(ctx)
		}
		after, _ := w.generation(w.stdoutPath)
		again = failed == nil && after > before && len(w.queue) < maxQueued
	}
	w.pair()
	return failed
}

// errNoReason ends the wait for one.
var errNoReason = errors.New("no reason")

// awaitReason reads on until there seems to be a reason, other files may be there,
// an end has been met, or so many lines of stdout have been read that more are not
// kept.
func (w *watcher) awaitReason(ctx context.Context, exit *found) error {
	ctx, cancel := w.untilLook(ctx)
	defer cancel()
	shift := w.shift
	for item, err := range w.group.Lines(ctx) {
		if item.File == nil && errors.Is(err, errLook) {
			w.lookForFolder()
			return nil
		}
		if err := w.take(item, err); err != nil {
			return err
		}
		w.pair()
		if w.explained(exit) || w.shift != shift || w.ended != nil || len(w.queue) >= maxQueued {
			return nil
		}
	}
	return errLogsEnded
}
