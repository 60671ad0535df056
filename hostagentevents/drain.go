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
// asked for. Where many lines of stdout wait, it is not looked at again: what was
// found out when they were read holds for them.
func (w *watcher) seekReason(ctx context.Context, exit *found) error {
	var failed error
	ahead := len(w.queue) >= maxQueued
	if !ahead {
		failed = w.lookAtStdout(ctx)
	}
	if err := w.drain(ctx, w.stderrPath); failed == nil {
		failed = err
	}
	if !ahead {
		w.pair()
	}
	if failed == nil && w.reasonWait > 0 && !exit.event.Replayed && !w.explained(exit) {
		return w.awaitReason(ctx, exit)
	}
	return failed
}

// errNoReason ends the wait for one.
var errNoReason = errors.New("no reason")

// awaitReason reads on until there is a reason, or it has waited long enough, or
// has read so many lines of stdout that more are not kept.
func (w *watcher) awaitReason(ctx context.Context, exit *found) error {
	ctx, cancel := context.WithTimeoutCause(ctx, w.reasonWait, errNoReason)
	defer cancel()
	for item, err := range w.group.Lines(ctx) {
		if item.File == nil && errors.Is(err, errNoReason) {
			return nil
		}
		if err := w.take(item, err); err != nil {
			return err
		}
		w.pair()
		if w.explained(exit) || len(w.queue) >= maxQueued {
			return nil
		}
	}
	return errLogsEnded
}
