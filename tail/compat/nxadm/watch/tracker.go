// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/watch"
)

// tracker is all that Watch and WatchCreate watch, and the watchers of files.
var tracker = watch.NewTracker(func(name string, op fsnotify.Op) fsnotify.Event {
	return fsnotify.Event{Name: name, Op: op}
})

// InotifyTracker watches files by name.
type InotifyTracker = watch.Tracker[fsnotify.Event]

// Watch begins to watch a file, which must exist. Its events come on the channel
// that Events returns.
func Watch(fname string) error { return tracker.Watch(fname) }

// WatchCreate is Watch for a file that may be missing; its folder must exist.
func WatchCreate(fname string) error { return tracker.WatchCreate(fname) }

// Events returns the channel that gets the events of a file, nil where it is not
// watched. RemoveWatch closes it.
func Events(fname string) <-chan fsnotify.Event { return tracker.Events(fname) }

// RemoveWatch ends the watching of a file. When it returns, the channel of its
// events is closed. The error is always nil.
func RemoveWatch(fname string) error {
	tracker.Remove(fname)
	return nil
}

// RemoveWatchCreate is RemoveWatch.
func RemoveWatchCreate(fname string) error { return RemoveWatch(fname) }

// Cleanup is RemoveWatch. A Tail needs none.
func Cleanup(fname string) error { return RemoveWatch(fname) }
