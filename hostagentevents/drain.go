// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
)

// drain reads what both logs hold now. Lines of stdout that come with it are
// queued.
func (w *watcher) drain(ctx context.Context) error {
	for item, err := range w.group.Ready(ctx) {
		if err := w.take(item, err); err != nil {
			return err
		}
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
	exit.event.ExitReason = w.reason(exit.generation)
}

// seekReason reads what stderr holds, and waits for a reason where that was
// asked for.
func (w *watcher) seekReason(ctx context.Context, exit *found) error {
	if err := w.drain(ctx); err != nil {
		return err
	}
	if w.reasonWait > 0 && !exit.event.Replayed && w.reason(exit.generation) == "" {
		return w.awaitReason(ctx, exit.generation)
	}
	return nil
}

// errNoReason ends the wait for one.
var errNoReason = errors.New("no reason")

// awaitReason reads on until there is a reason, or it has waited long enough.
func (w *watcher) awaitReason(ctx context.Context, generation int) error {
	ctx, cancel := context.WithTimeoutCause(ctx, w.reasonWait, errNoReason)
	defer cancel()
	for item, err := range w.group.Lines(ctx) {
		if item.File == nil && errors.Is(err, errNoReason) {
			return nil
		}
		if err := w.take(item, err); err != nil {
			return err
		}
		if w.reason(generation) != "" {
			return nil
		}
	}
	return errLogsEnded
}
