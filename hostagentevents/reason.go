// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"context"
	"fmt"
	"maps"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// ExitReason reads a hostagent's ha.stderr.log once, to its end, and returns the
// last line that is an error or fatal: the message, and behind a colon the field
// "error" where there is one. The first line of a Go panic or of a fatal error
// of Go's runtime counts. It is empty if the log holds no such line.
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
	last := ""
	for item, err := range reader.Lines(context.Background()) {
		if err != nil {
			return last, &LogError{stderrLog, haStderrPath, err}
		}
		if reason := reasonIn(item.Line); reason != "" {
			last = reason
		}
	}
	return last, nil
}

// reasonIn is what a line of stderr says of the hostagent's end; empty for most.
func reasonIn(text []byte) string {
	if line, ok := parseLogLine(text); ok {
		return line.reason()
	}
	return plainReason(text)
}

// reason is the line's message and error, if it is grave.
func (l logLine) reason() string {
	if l.verbosity != errorLevel {
		return ""
	}
	if err, ok := l.fields["error"].(string); ok {
		return fmt.Sprintf("%s: %s", l.message, err)
	}
	return l.message
}

// plainReason looks for the lines with which Go ends a process.
func plainReason(text []byte) string {
	for _, start := range []string{"panic: ", "fatal error: "} {
		if bytes.HasPrefix(text, []byte(start)) {
			return string(bytes.TrimRight(text, "\r"))
		}
	}
	return ""
}

// keptReasons is how many files of stderr have their last reason remembered:
// more than can still be written to late.
const keptReasons = 8

// reasons are the last grave lines of stderr, by the generation of their file.
type reasons map[int]string

func (r reasons) note(generation int, reason string) {
	if reason == "" {
		return
	}
	r[generation] = reason
	maps.DeleteFunc(r, func(g int, _ string) bool { return g <= generation-keptReasons })
}

// pair finds out which files of the two logs belong together. A start replaces
// both, so that counted from the newest their generations agree. From the oldest
// they need not: one of the logs may have been missing at first, or truncated
// while it was empty.
func (w *watcher) pair() {
	stdout, err := w.group.Stats(w.stdoutPath)
	if err != nil {
		return
	}
	if stderr, err := w.group.Stats(w.stderrPath); err == nil {
		w.shift = stderr.Generation - stdout.Generation
	}
}

// reason is that of the run whose events stand in this generation of stdout.
func (w *watcher) reason(generation int) string { return w.reasons[generation+w.shift] }
