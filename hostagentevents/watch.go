// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/go-logr/logr"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// maxQuoted bounds how much of a bad line is logged.
const maxQuoted = 256

// What an error calls the two logs.
const stdoutLog, stderrLog = "stdout log", "stderr log"

var (
	errNoCallback = errors.New("hostagentevents: onEvent is nil: give a function to call with each event")
	errLogsEnded  = errors.New("hostagentevents: both logs ended, though they were followed")
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
// A line that is not an event is logged (see [WithLogger]) and skipped.
//
// Watch returns [context.Cause] when ctx ends, and otherwise the error that
// keeps one of the logs from being read, wrapped and with the log's path in it:
// one that is a directory or may not be opened, say.
func Watch(ctx context.Context, haStdoutPath, haStderrPath string, begin time.Time, onEvent func(Event) bool, opts ...Option) error {
	if onEvent == nil {
		return errNoCallback
	}
	w := newWatcher(haStdoutPath, haStderrPath, begin, newOptions(opts))
	defer w.group.Close()
	if err := w.open(); err != nil {
		return err
	}
	for {
		event, err := w.next(ctx)
		if err != nil {
			return err
		}
		if onEvent(event) {
			return nil
		}
	}
}

// A watcher pulls events out of the two logs of one hostagent. It belongs to
// one goroutine and starts none.
type watcher struct {
	stdoutPath, stderrPath string
	begin                  time.Time
	config                 tail.Config
	logger                 logr.Logger // for what we have to say
	hostagent              logr.Logger // for what the hostagent says on stderr

	group tail.Group
	queue []Event // read and not yet handed over, oldest first
}

func newWatcher(stdoutPath, stderrPath string, begin time.Time, o options) *watcher {
	return &watcher{
		stdoutPath: stdoutPath,
		stderrPath: stderrPath,
		begin:      begin,
		config:     o.config,
		logger:     o.logger,
		hostagent:  o.logger.WithName("hostagent"),
	}
}

func (w *watcher) open() error {
	if err := w.group.Add(w.stdoutPath, w.config); err != nil {
		return failed(stdoutLog, err)
	}
	if err := w.group.Add(w.stderrPath, w.config); err != nil {
		return failed(stderrLog, err)
	}
	return nil
}

// next waits for an event. Before a final one is returned, what stderr holds
// has gone to the logger.
func (w *watcher) next(ctx context.Context) (Event, error) {
	if err := w.fill(ctx); err != nil {
		return Event{}, err
	}
	event := w.queue[0]
	w.queue = w.queue[1:]
	if event.Status.Exiting {
		if err := w.drain(ctx); err != nil {
			return Event{}, err
		}
	}
	return event, nil
}

// fill reads the logs until there is an event in the queue. It gives up once
// ctx has ended, whatever is in the queue.
func (w *watcher) fill(ctx context.Context) error {
	if len(w.queue) > 0 {
		return context.Cause(ctx)
	}
	for item, err := range w.group.Lines(ctx) {
		if err := w.take(item, err); err != nil {
			return err
		}
		if len(w.queue) > 0 {
			return nil
		}
	}
	return errLogsEnded
}

// take does with one item of the group what its kind asks for.
func (w *watcher) take(item tail.Item, err error) error {
	if err != nil {
		return w.failure(item, err)
	}
	switch {
	case item.Gap != nil:
		w.logGap(item)
	case item.File.Path == w.stderrPath:
		propagate(w.hostagent, item.Line, w.begin)
	default:
		w.takeStdout(item)
	}
	return nil
}

// failure is the error of a log, or else the cause of the context's end.
func (w *watcher) failure(item tail.Item, err error) error {
	switch {
	case item.File == nil:
		return err
	case item.File.Path == w.stderrPath:
		return failed(stderrLog, err)
	default:
		return failed(stdoutLog, err)
	}
}

func (w *watcher) takeStdout(item tail.Item) {
	if len(bytes.TrimSpace(item.Line)) == 0 {
		return
	}
	event, err := decodeEvent(item.Line)
	switch {
	case err != nil:
		w.logBadLine(item, err)
	case !w.begin.IsZero() && event.Time.Before(w.begin):
	default:
		w.queue = append(w.queue, event)
	}
}

func (w *watcher) logBadLine(item tail.Item, err error) {
	w.logger.Error(err, "skipped a line", "path", item.File.Path, "generation", item.File.Generation,
		"offset", item.Offset, "line", string(item.Line[:min(len(item.Line), maxQuoted)]))
}

// logGap logs quietly what is only a possibility, as after each restart: Lima
// deletes the files, and nobody can tell whether it wrote to them meanwhile.
func (w *watcher) logGap(item tail.Item) {
	if item.Gap.Bytes == 0 {
		w.logger.V(1).Info("lines may be lost", "path", item.File.Path, "gap", item.Gap.String())
		return
	}
	w.logger.Info("lines are lost", "path", item.File.Path, "gap", item.Gap.String())
}

// failed says which log err is of; tail's errors name the path.
func failed(log string, err error) error {
	return fmt.Errorf("hostagentevents: cannot follow the %s: %w", log, err)
}
