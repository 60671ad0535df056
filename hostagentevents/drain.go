// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
)

// drain reads what both logs hold now. Events that come with it are queued.
func (w *watcher) drain(ctx context.Context) error {
	for item, err := range w.group.Ready(ctx) {
		if err := w.take(item, err); err != nil {
			return err
		}
	}
	return nil
}

// explain reads what stderr holds and gives the event of an exit the reason
// that is in it.
func (w *watcher) explain(ctx context.Context, exit *found) error {
	if err := w.drain(ctx); err != nil {
		return err
	}
	if w.reasonWait > 0 && !exit.event.Replayed && w.reason(exit.generation) == "" {
		if err := w.awaitReason(ctx, exit.generation); err != nil {
			return err
		}
	}
	exit.event.ExitReason = w.reason(exit.generation)
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
