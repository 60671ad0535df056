// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// ExitReason reads a hostagent's ha.stderr.log once, to its end, and returns the
// last line that is fatal, or else the last error: the message, and behind a colon
// the field "error" where there is one. The first line of a Go panic or of a fatal
// error of Go's runtime counts as fatal. It is empty if the log holds no such line.
// An error may be an old one that did no harm: there is no event to compare with.
//
// It is for the parent of the hostagent, once the process has ended: Lima logs
// the reason just after the exiting event, and a hostagent that is killed or
// panics writes no event at all. A log that cannot be read is a [*LogError];
// errors.Is finds [io/fs.ErrNotExist] in one that is not there.
func ExitReason(haStderrPath string) (string, error) {
	reader, err := tail.NewReader(haStderrPath, tail.Config{MustExist: true, MaxLineSize: defaultMaxLineSize})
	if err != nil {
		return "", &LogError{stderrLog, haStderrPath, err}
	}
	defer reader.Close()
	var last reason
	for item, err := range reader.Lines(context.Background()) {
		if err != nil {
			return last.text, &LogError{stderrLog, haStderrPath, err}
		}
		last = pick([]reason{last, reasonIn(item.Line)}, time.Time{})
	}
	return last.text, nil
}

// A reason is what a line of stderr says of the hostagent's end.
type reason struct {
	text  string    // empty for most lines
	fatal bool      // the process ends with it
	time  time.Time // in whole seconds; zero for a line without one
}

func reasonIn(text []byte) reason {
	text = behindHole(text)
	if line, ok := parseLogLine(text); ok {
		return line.reason()
	}
	return plainReason(text)
}

// reason is the line's message and error, if it is grave.
func (l logLine) reason() reason {
	if l.verbosity != errorLevel {
		return reason{}
	}
	r := reason{l.message, l.level != "error", l.time}
	if err, ok := l.fields["error"].(string); ok {
		r.text = fmt.Sprintf("%s: %s", l.message, err)
	}
	return r
}

// plainReason looks for the lines with which Go ends a process.
func plainReason(text []byte) reason {
	for _, start := range []string{"panic: ", "fatal error: "} {
		if bytes.HasPrefix(text, []byte(start)) {
			return reason{text: string(bytes.TrimRight(text, "\r")), fatal: true}
		}
	}
	return reason{}
}

// weight is how surely a line explains an exit of that time: not at all, for one
// that was logged certainly before it; hardly, for an error without a time; or
// for certain, if it is fatal most of all. Behind a fatal line a hostagent writes
// nothing: one before the exit is an earlier run's.
func (r reason) weight(exit time.Time) int {
	switch {
	case r.text == "", !r.time.IsZero() && r.time.Add(logResolution).Before(exit):
		return 0
	case r.fatal:
		return 3
	case !exit.IsZero() && r.time.IsZero():
		return 1
	}
	return certain
}

// certain is the least weight of a line that need not be doubted.
const certain = 2

// pick returns the weightiest of lines, the last of those; none if no line has
// any weight.
func pick(lines []reason, exit time.Time) (best reason) {
	for _, r := range lines {
		if n := r.weight(exit); n > 0 && n >= best.weight(exit) {
			best = r
		}
	}
	return best
}

// keptReasons is how many files of stderr have their grave lines remembered, more
// than can still be written to late, and keptLines how many of each.
const keptReasons, keptLines = 8, 32

// reasons are the last grave lines of stderr, by the generation of their file.
type reasons map[int][]reason

func (r reasons) note(generation int, line reason) {
	if line.text == "" {
		return
	}
	r[generation] = append(r[generation], line)
	r[generation] = r[generation][max(0, len(r[generation])-keptLines):]
	maps.DeleteFunc(r, func(g int, _ []reason) bool { return g <= generation-keptReasons })
}

// forget drops the lines of a file that are not certainly later than the begin of
// a run in the midst of it.
func (r reasons) forget(generation int, begin time.Time) {
	r[generation] = slices.DeleteFunc(r[generation], func(line reason) bool { return !line.time.After(begin) })
}

// enterRun forgets the reasons of the run before, where one begins in the midst of
// a file.
func (w *watcher) enterRun(first found) {
	switch {
	case first.generation < w.present.generation:
		return // a late line
	case first.generation == w.present.generation && first.event.Run > w.present.event.Run:
		w.reasons.forget(first.generation+w.shift, first.event.Time)
	}
	w.present = first
}

// pair finds out which files of the two logs belong together. A start replaces
// both, so that counted from the newest their generations agree. From the oldest
// they need not: one of the logs may have been missing at first, or truncated
// while it was empty.
func (w *watcher) pair() {
	stdout, err := w.generation(w.stdoutPath)
	if err != nil {
		return
	}
	if stderr, err := w.generation(w.stderrPath); err == nil {
		w.shift = stderr - stdout
	}
}

// generation is that of the file which a log was when it was looked at last.
func (w *watcher) generation(path string) (int, error) {
	stats, err := w.group.Stats(path)
	return stats.Generation, err
}

// reason is that of an exiting event, in the file of stderr that belongs to it.
// A line that is certainly later than the begin of the next run is not its own.
func (w *watcher) reason(exit *found) reason {
	lines := w.reasons[exit.generation+w.shift]
	for i := range w.queue {
		next := &w.queue[i]
		if next.generation == exit.generation && next.event.Run > exit.event.Run {
			lines = slices.DeleteFunc(slices.Clone(lines), func(r reason) bool { return r.time.After(next.event.Time) })
			break
		}
	}
	return pick(lines, exit.event.Time)
}

// explained reports whether there is a reason that need not be doubted.
func (w *watcher) explained(exit *found) bool {
	return w.reason(exit).weight(exit.event.Time) >= certain
}
