// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"github.com/go-logr/logr"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// maxQuoted bounds how much of a bad line is logged.
const maxQuoted = 256

// What an error calls the two logs.
const stdoutLog, stderrLog = "stdout", "stderr"

// A watcher pulls events out of the two logs of one hostagent. It belongs to
// one goroutine and starts none.
type watcher struct {
	options
	stdoutPath, stderrPath string
	folder                 string      // of stdout; absolute, whatever becomes of the working directory
	hostagent              logr.Logger // for what the hostagent says on stderr

	group   tail.Group
	queue   []found // read and not yet handed over, oldest first
	ended   error   // why nothing comes behind the queue
	failed  error   // what else ends the watch behind it; nothing is read any more
	old     int64   // how much of the first stdout was there at the start
	runs    runs
	reasons reasons
	present found      // the last event that was handed over and was not late
	shift   int        // from a generation of stdout to that of stderr beside it
	long    *tail.File // in the midst of a line of it that is too long
}

// found is a line of stdout, and the generation in which it stood.
type found struct {
	event      Event
	bad        *LineError // set for a line that is no event
	generation int
}

func newWatcher(stdoutPath, stderrPath string, o options) *watcher {
	folder := filepath.Dir(stdoutPath)
	if abs, err := filepath.Abs(folder); err == nil { // else the logs cannot be added
		folder = abs
	}
	return &watcher{
		options:    o,
		stdoutPath: stdoutPath,
		stderrPath: stderrPath,
		folder:     folder,
		hostagent:  o.logger.WithName("hostagent"),
		reasons:    reasons{},
	}
}

func (w *watcher) open() error {
	if info, err := os.Stat(w.stdoutPath); err == nil {
		w.old = info.Size()
	}
	if err := w.group.Add(w.stdoutPath, w.config); err != nil {
		return &LogError{stdoutLog, w.stdoutPath, err}
	}
	if err := w.group.Add(w.stderrPath, w.config); err != nil {
		return &LogError{stderrLog, w.stderrPath, err}
	}
	return nil
}

// next waits for an event, and has the bad lines before it judged. Before a
// final one is returned, what stderr holds has gone to the logger.
func (w *watcher) next(ctx context.Context) (Event, error) {
	for {
		if err := w.fill(ctx); err != nil {
			return Event{}, err
		}
		first := w.queue[0]
		w.queue = w.queue[1:]
		if first.bad == nil {
			w.enterRun(first)
			w.explain(ctx, &first)
			return first.event, nil
		}
		if err := w.judge(first.bad); err != nil {
			return Event{}, err
		}
	}
}

// fill reads the logs until there is a line in the queue. It gives up once
// ctx has ended, whatever is in the queue. What the logs hold comes before an
// end that was asked for.
func (w *watcher) fill(ctx context.Context) error {
	for {
		switch {
		case len(w.queue) > 0:
			return context.Cause(ctx)
		case w.failed != nil:
			return w.failed
		case w.ended == nil:
			if err := w.read(ctx); err != nil {
				return err
			}
			continue
		}
		if w.failed = w.drain(ctx); w.failed == nil && len(w.queue) == 0 {
			return w.ended
		}
	}
}

// errLook interrupts the wait for lines, to look for the logs' folder.
var errLook = errors.New("look")

// untilLook is ctx until it is time to look for the folder, where that was asked for.
func (w *watcher) untilLook(ctx context.Context) (context.Context, context.CancelFunc) {
	if !w.untilGone {
		return ctx, func() {}
	}
	return context.WithTimeoutCause(ctx, w.lookEvery(), errLook)
}

// read takes lines as they come until one is queued, or there is an end, or it is
// time to look for the folder.
func (w *watcher) read(ctx context.Context) error {
	ctx, cancel := w.untilLook(ctx)
	defer cancel()
	for item, err := range w.group.Lines(ctx) {
		if item.File == nil && errors.Is(err, errLook) {
			w.lookForFolder()
			return nil
		}
		if err := w.take(item, err); err != nil {
			return err
		}
		if len(w.queue) > 0 || w.ended != nil {
			return nil
		}
	}
	return errLogsEnded
}

// lookForFolder finds out whether there is no folder at its path, but nothing or
// something else.
func (w *watcher) lookForFolder() {
	info, err := os.Stat(w.folder)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, syscall.ENOTDIR) || err == nil && !info.IsDir() {
		w.ended = fmt.Errorf("%w: %s", ErrGone, w.stdoutPath)
	}
}

// take does with one item of the group what its kind asks for.
func (w *watcher) take(item tail.Item, err error) error {
	switch {
	case err != nil:
		return w.failure(item, err)
	case item.Gap != nil:
		w.logGap(item)
	case item.File.Path == w.stderrPath:
		w.reasons.note(item.File.Generation, propagate(w.hostagent, item.Line, w.begin))
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
		return &LogError{stderrLog, w.stderrPath, err}
	default:
		return &LogError{stdoutLog, w.stdoutPath, err}
	}
}

func (w *watcher) takeStdout(item tail.Item) {
	if w.untilReplaced && item.File.Generation > 1 {
		w.ended = fmt.Errorf("%w: %s", ErrReplaced, w.stdoutPath)
		return
	}
	if first, long := w.tooLong(item); first {
		w.queueBad(item, errTooLong)
		return
	} else if long || len(bytes.TrimSpace(item.Line)) == 0 {
		return
	}
	event, err := decodeEvent(item.Line)
	if err != nil {
		w.queueBad(item, err)
		return
	}
	event.Run = w.runs.number(item.File.Generation, event.Status)
	event.Replayed = item.File.Generation == 1 && item.End <= w.old
	if w.begin.IsZero() || !event.Time.Before(w.begin) {
		w.queue = append(w.queue, found{event: event, generation: item.File.Generation})
	}
}

// tooLong reports whether a line is a piece of one over the limit, and whether
// it is the first piece, or a piece of the hole before a line.
func (w *watcher) tooLong(item tail.Item) (first, long bool) {
	rest := w.long == item.File
	over := item.Partial() && len(item.Line) >= w.config.MaxLineSize
	if over && !rest && len(behindHole(item.Line)) == 0 {
		return false, true
	}
	switch {
	case over:
		w.long = item.File
	case rest:
		w.long = nil
	}
	return over && !rest, over || rest
}

// queueBad keeps a line that is no event until those before it have been handed
// over.
func (w *watcher) queueBad(item tail.Item, err error) {
	bad := &LineError{item.File.Path, item.File.Generation, item.Offset, item.Text(), err}
	w.queue = append(w.queue, found{bad: bad, generation: item.File.Generation})
}

// judge asks what comes of a line that is no event.
func (w *watcher) judge(bad *LineError) error {
	if w.onBadLine != nil {
		return w.onBadLine(bad)
	}
	w.logger.Error(bad.Err, "skipped a line", "path", bad.Path, "generation", bad.Generation,
		"offset", bad.Offset, "line", bad.Line[:min(len(bad.Line), maxQuoted)])
	return nil
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
