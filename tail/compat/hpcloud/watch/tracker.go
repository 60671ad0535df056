// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"github.com/fsnotify/fsnotify"
	fsnotifyv1 "gopkg.in/fsnotify.v1"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/watch"
)

// all are the operations that fsnotify.v1 knows: their bits are the same.
const all = fsnotifyv1.Create | fsnotifyv1.Write | fsnotifyv1.Remove | fsnotifyv1.Rename | fsnotifyv1.Chmod

// tracker is all that Watch and WatchCreate watch, and the watchers of files.
var tracker = watch.NewTracker(func(name string, op fsnotify.Op) fsnotifyv1.Event {
	return fsnotifyv1.Event{Name: name, Op: fsnotifyv1.Op(op) & all}
})

// InotifyTracker watches files by name.
type InotifyTracker = watch.Tracker[fsnotifyv1.Event]

// Watch begins to watch a file, which must exist. Its events come on the channel
// that Events returns.
func Watch(fname string) error { return tracker.Watch(fname) }

// WatchCreate is Watch for a file that may be missing; its folder must exist.
func WatchCreate(fname string) error { return tracker.WatchCreate(fname) }

// Events returns the channel that gets the events of a file, nil where it is not
// watched. RemoveWatch closes it.
func Events(fname string) <-chan fsnotifyv1.Event { return tracker.Events(fname) }

// RemoveWatch ends the watching of a file. When it returns, the channel of its
// events is closed.
func RemoveWatch(fname string) { tracker.Remove(fname) }

// RemoveWatchCreate is RemoveWatch.
func RemoveWatchCreate(fname string) { RemoveWatch(fname) }

// Cleanup is RemoveWatch. A Tail needs none.
func Cleanup(fname string) { RemoveWatch(fname) }
