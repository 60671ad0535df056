// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
)

func TestPropagate(t *testing.T) {
	const stamp = `"time":"2026-01-02T03:04:05Z"`
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	plain := func(text string) []entry { return []entry{{Message: text, Values: map[string]any{}}} }
	tests := map[string]struct {
		line  string
		begin time.Time
		want  []entry
	}{
		"trace":   {line: `{"level":"trace","msg":"m"}`, want: []entry{{"", 2, "", "m", map[string]any{LevelKey: "trace"}}}},
		"debug":   {line: `{"level":"debug","msg":"m"}`, want: []entry{{"", 1, "", "m", map[string]any{LevelKey: "debug"}}}},
		"info":    {line: `{"level":"info","msg":"m"}`, want: []entry{{"", 0, "", "m", map[string]any{LevelKey: "info"}}}},
		"warning": {line: `{"level":"warning","msg":"m"}`, want: []entry{{"", 0, "", "m", map[string]any{LevelKey: "warning"}}}},
		"error":   {line: `{"level":"error","msg":"m"}`, want: []entry{{"", errorLevel, "", "m", map[string]any{LevelKey: "error"}}}},
		"fatal":   {line: `{"level":"fatal","msg":"m"}`, want: []entry{{"", errorLevel, "", "m", map[string]any{LevelKey: "fatal"}}}},
		"panic":   {line: `{"level":"panic","msg":"m"}`, want: []entry{{"", errorLevel, "", "m", map[string]any{LevelKey: "panic"}}}},
		"fields": {
			line: `{"a":{"b":[1]},"error":"e","level":"info","msg":"m",` + stamp + `}`,
			want: []entry{{"", 0, "", "m", map[string]any{
				LevelKey: "info", TimeKey: at, "error": "e", "a": map[string]any{"b": []any{1.0}},
			}}},
		},
		"a time of another form": {
			line: `{"level":"INFO","msg":"m","time":"now"}`,
			want: []entry{{"", 0, "", "m", map[string]any{LevelKey: "info", "time": "now"}}},
		},
		"error field": {
			line: `{"error":"refused","level":"error","msg":"m","n":2}`,
			want: []entry{{"", errorLevel, "refused", "m", map[string]any{LevelKey: "error", "n": 2.0}}},
		},
		"error field of another type": {
			line: `{"error":{},"level":"error","msg":"m"}`,
			want: []entry{{"", errorLevel, "", "m", map[string]any{LevelKey: "error", "error": map[string]any{}}}},
		},
		"empty":           {line: ""},
		"blank":           {line: " \t\r"},
		"plain text":      {line: "panic: oh no", want: plain("panic: oh no")},
		"indented":        {line: "\tmain.go:1 +0x1", want: plain("\tmain.go:1 +0x1")},
		"carriage return": {line: "text\r", want: plain("text")},
		"behind a hole":   {line: "\x00\x00text", want: plain("text")},
		"half a line":     {line: `{"level":"info","m`, want: plain(`{"level":"info","m`)},
		"unknown level":   {line: `{"level":"loud","msg":"m"}`, want: plain(`{"level":"loud","msg":"m"}`)},
		"no level":        {line: `{"msg":"m"}`, want: plain(`{"msg":"m"}`)},
		"older than begin": {
			line: `{"level":"info","msg":"m",` + stamp + `}`, begin: at.Add(1001 * time.Millisecond),
		},
		"within the second of begin": {
			line: `{"level":"info","msg":"m",` + stamp + `}`, begin: at.Add(time.Second),
			want: []entry{{"", 0, "", "m", map[string]any{LevelKey: "info", TimeKey: at}}},
		},
		"no time to compare": {line: "text", begin: at, want: plain("text")},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			var log recorder
			propagate(log.logger(), []byte(test.line), test.begin)
			if diff := cmp.Diff(test.want, log.entries); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestPropagateKeepsOrderOfValues(t *testing.T) {
	line, ok := parseLogLine([]byte(`{"z":1,"level":"info","b":2,"msg":"m","a":3}`))
	if !ok {
		t.Fatal("not taken for a line of the log")
	}
	want := []any{LevelKey, "info", "a", 3.0, "b", 2.0, "z", 1.0}
	if diff := cmp.Diff(want, line.values()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestPropagateToNoLogger(t *testing.T) {
	propagate(logr.Logger{}, []byte(`{"level":"error","msg":"m","error":"e"}`), time.Time{})
	propagate(logr.Discard(), []byte("text"), time.Time{})
}
