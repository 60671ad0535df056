// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-logr/logr"
)

// logResolution is how much earlier than its writing a line of ha.stderr.log
// may claim to be: its times are cut to whole seconds.
const logResolution = time.Second

// errorLevel is a verbosity that stands for logr's Error.
const errorLevel = -1

// verbosities maps logrus's levels to those of logr.
var verbosities = map[string]int{
	"panic":   errorLevel,
	"fatal":   errorLevel,
	"error":   errorLevel,
	"warning": 0,
	"warn":    0,
	"info":    0,
	"debug":   1,
	"trace":   2,
}

// logLine is one line of ha.stderr.log as logrus's JSON formatter wrote it.
type logLine struct {
	level     string
	verbosity int
	time      time.Time
	message   string
	fields    map[string]any // without those above
}

// parseLogLine reports false for a line that is not of Lima's JSON log: the
// output of a panic, of an external driver, of the time before logging is set
// up, or two lines written into each other.
func parseLogLine(text []byte) (logLine, bool) {
	var head struct {
		Level string `json:"level"`
		Msg   string `json:"msg"`
		Time  any    `json:"time"`
	}
	if json.Unmarshal(text, &head) != nil {
		return logLine{}, false
	}
	level := strings.ToLower(head.Level)
	verbosity, known := verbosities[level]
	if !known {
		return logLine{}, false
	}
	l := logLine{level: level, verbosity: verbosity, message: head.Msg}
	if json.Unmarshal(text, &l.fields) != nil {
		return logLine{}, false
	}
	delete(l.fields, "level")
	delete(l.fields, "msg")
	stamp, _ := head.Time.(string)
	if at, err := time.Parse(time.RFC3339, stamp); err == nil {
		l.time = at
		delete(l.fields, "time") // one of another form stays a field
	}
	return l, true
}

// before reports whether l was certainly written before begin.
func (l logLine) before(begin time.Time) bool {
	return !begin.IsZero() && !l.time.IsZero() && l.time.Add(logResolution).Before(begin)
}

func (l logLine) logTo(logger logr.Logger) {
	if l.verbosity == errorLevel {
		err := l.takeError()
		logger.Error(err, l.message, l.values()...)
		return
	}
	logger.V(l.verbosity).Info(l.message, l.values()...)
}

// takeError moves the field "error" out of the fields, so that it is not
// logged twice. It is nil when there is none.
func (l logLine) takeError() error {
	text, ok := l.fields["error"].(string)
	if !ok {
		return nil
	}
	delete(l.fields, "error")
	return errors.New(text)
}

func (l logLine) values() []any {
	values := []any{LevelKey, l.level}
	if !l.time.IsZero() {
		values = append(values, TimeKey, l.time)
	}
	for _, key := range slices.Sorted(maps.Keys(l.fields)) {
		values = append(values, key, l.fields[key])
	}
	return values
}

// propagate passes one line of stderr on to logger, and returns the reason that
// it gives for an end of the hostagent, if any.
func propagate(logger logr.Logger, text []byte, begin time.Time) reason {
	text = bytes.TrimRight(behindHole(text), "\r")
	if len(bytes.TrimSpace(text)) == 0 {
		return reason{}
	}
	line, ok := parseLogLine(text)
	switch {
	case !ok:
		logger.Info(string(text))
		return plainReason(text)
	case line.before(begin):
		return reason{}
	}
	grave := line.reason() // first: logging takes the error out
	line.logTo(logger)
	return grave
}
