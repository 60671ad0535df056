// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
)

func TestExitReason(t *testing.T) {
	for _, test := range []struct {
		name string
		log  []string
		want string
	}{
		{"empty", nil, ""},
		{"nothing grave", []string{`{"level":"info","msg":"a"}`, `{"level":"warning","msg":"b"}`, "text"}, ""},
		{"fatal", []string{`{"level":"fatal","msg":"signal: killed"}`}, "signal: killed"},
		{"a time of another form", []string{`{"level":"fatal","msg":"a","time":"2026-01-02 03:04:05"}`}, "a"},
		{"a time that is a number", []string{`{"level":"fatal","msg":"a","time":5}`}, "a"},
		{"upper case", []string{`{"level":"FATAL","msg":"a"}`}, "a"},
		{"the last", []string{`{"level":"error","msg":"a"}`, `{"level":"fatal","msg":"b"}`, `{"level":"info","msg":"c"}`}, "b"},
		{"fatal before an error", []string{`{"level":"fatal","msg":"a"}`, `{"level":"error","msg":"b"}`}, "a"},
		{"with its error", []string{`{"level":"error","msg":"cannot listen","error":"in use"}`}, "cannot listen: in use"},
		{"a panic of logrus", []string{`{"level":"panic","msg":"oh no"}`}, "oh no"},
		{"a panic of Go", []string{"panic: nil pointer\r", "", "goroutine 1 [running]:"}, "panic: nil pointer"},
		{"a fatal error of Go", []string{"fatal error: all goroutines are asleep - deadlock!"}, "fatal error: all goroutines are asleep - deadlock!"},
		{"a driver's log", []string{`time="now" level=error msg="no"`}, ""},
		{"behind a hole", []string{"\x00\x00" + `{"level":"fatal","msg":"a"}`}, "a"},
		{"half a line", []string{`{"level":"fatal","msg":"a"}`, `{"level":"fatal","m`}, "a"},
	} {
		t.Run(test.name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stderr, strings.Join(test.log, "\n"))
			if got, err := ExitReason(l.stderr); got != test.want || err != nil {
				t.Errorf("%q, %v, want %q", got, err, test.want)
			}
		})
	}
}

func TestExitReasonWithoutALog(t *testing.T) {
	l := newLogs(t)
	_, err := ExitReason(l.stderr)
	var failed *LogError
	if !errors.Is(err, fs.ErrNotExist) || !errors.As(err, &failed) || failed.Path != l.stderr {
		t.Errorf("got %v", err)
	}
	if _, err := ExitReason(folder(t)); err == nil {
		t.Error("a folder was read")
	}
}

func TestReasonsAreNotKeptForEver(t *testing.T) {
	r := reasons{}
	for generation := range 100 {
		r.note(generation, reason{text: "x"})
	}
	if len(r) > keptReasons || r[99][0].text != "x" {
		t.Errorf("kept %v", r)
	}
}
