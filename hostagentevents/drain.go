// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import "context"

// drain reads what both logs hold now. Events that come with it are queued.
func (w *watcher) drain(ctx context.Context) error {
	for item, err := range w.group.Ready(ctx) {
		if err := w.take(item, err); err != nil {
			return err
		}
	}
	return nil
}
