// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// everything is an event in which each field of the schema is set.
const everything = `{"time":"2026-01-02T03:04:05.000000006Z","status":{` +
	`"running":true,"degraded":true,"exiting":true,"errors":["one","two"],"sshLocalPort":60022,` +
	`"cloudInitProgress":{"logLine":"line","completed":true,"active":true},` +
	`"portForward":{"type":"failed","protocol":"udp","guestAddr":"0.0.0.0:53","hostAddr":"127.0.0.1:5353","error":"busy"},` +
	`"vsock":{"type":"skipped","hostAddr":"127.0.0.1:60022","vsockPort":22,"reason":"off"}}}`

func everyField() Event {
	return Event{
		Time: time.Date(2026, 1, 2, 3, 4, 5, 6, time.UTC),
		Status: Status{
			Running: true, Degraded: true, Exiting: true,
			Errors:            []string{"one", "two"},
			SSHLocalPort:      60022,
			CloudInitProgress: &CloudInitProgress{LogLine: "line", Completed: true, Active: true},
			PortForward: &PortForward{
				Type: PortForwardFailed, Protocol: "udp",
				GuestAddr: "0.0.0.0:53", HostAddr: "127.0.0.1:5353", Error: "busy",
			},
			Vsock: &Vsock{Type: VsockSkipped, HostAddr: "127.0.0.1:60022", VsockPort: 22, Reason: "off"},
		},
	}
}

func TestDecodeEvent(t *testing.T) {
	tests := map[string]struct {
		line string
		want Event
	}{
		"every field":   {everything, everyField()},
		"empty status":  {`{"status":{}}`, Event{}},
		"no time":       {`{"status":{"running":true}}`, Event{Status: Status{Running: true}}},
		"a later field": {`{"x":[1],"status":{"running":true,"mood":{"y":null}}}`, Event{Status: Status{Running: true}}},
		"a later type": {
			`{"status":{"portForward":{"type":"moved"},"vsock":{"type":"lost"}}}`,
			Event{Status: Status{PortForward: &PortForward{Type: "moved"}, Vsock: &Vsock{Type: "lost"}}},
		},
		"carriage return": {"{\"status\":{\"exiting\":true}}\r", Event{Status: Status{Exiting: true}}},
		"behind a hole":   {"\x00\x00{\"status\":{\"exiting\":true}}", Event{Status: Status{Exiting: true}}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := decodeEvent([]byte(test.line))
			if err != nil {
				t.Fatal(err)
			}
			test.want.Raw = json.RawMessage(strings.TrimLeft(strings.TrimSpace(test.line), "\x00"))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// badLines are lines of which none is an event.
var badLines = map[string]string{
	"half an event":    everything[:len(everything)/2],
	"the other half":   everything[len(everything)/2:],
	"two in one line":  `{"status":{}}{"status":{}}`,
	"plain text":       "panic: runtime error",
	"a number":         "42",
	"null":             "null",
	"a list":           `[{"status":{}}]`,
	"no status":        `{"time":"2026-01-02T03:04:05Z"}`,
	"null status":      `{"status":null}`,
	"a line of stderr": `{"level":"info","msg":"hello","time":"2026-01-02T03:04:05Z"}`,
	"wrong type":       `{"status":{"sshLocalPort":"60022"}}`,
	"bad time":         `{"time":"yesterday","status":{}}`,
	"zero bytes":       "\x00\x00\x00\x00",
}

func TestDecodeBadLines(t *testing.T) {
	for name, line := range badLines {
		t.Run(name, func(t *testing.T) {
			if event, err := decodeEvent([]byte(line)); err == nil {
				t.Errorf("decoded as %+v", event)
			}
		})
	}
}

func TestEventTags(t *testing.T) {
	got, err := json.Marshal(everyField())
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(everything, string(got)); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	empty, err := json.Marshal(Status{})
	if err != nil {
		t.Fatal(err)
	}
	if string(empty) != "{}" {
		t.Errorf("an empty status is %s, want {}", empty)
	}
}

// FuzzDecodeEvent: whatever decodes can be written and read again unchanged,
// and nothing panics.
func FuzzDecodeEvent(f *testing.F) {
	f.Add([]byte(everything))
	f.Add([]byte(`{"time":"2026-11-22T20:12:56.115508442Z","status":{"sshLocalPort":42821}}`))
	f.Add([]byte(`{"status":{"errors":[],"cloudInitProgress":{}}}`))
	for _, line := range badLines {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, line []byte) {
		event, err := decodeEvent(line)
		if err != nil {
			return
		}
		written, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		again, err := decodeEvent(written)
		if err != nil {
			t.Fatalf("%s: %v", written, err)
		}
		rewritten, err := json.Marshal(again)
		if err != nil {
			t.Fatal(err)
		}
		if string(written) != string(rewritten) {
			t.Errorf("%s became %s", written, rewritten)
		}
	})
}

// FuzzParseLogLine: nothing panics, and a level is always one of logrus's.
func FuzzParseLogLine(f *testing.F) {
	f.Add([]byte(`{"error":"refused","level":"warning","msg":"retrying","n":1,"time":"2026-01-02T03:04:05Z"}`))
	f.Add([]byte(`{"level":"fatal","msg":""}`))
	f.Add([]byte(`{"level":null}`))
	f.Add([]byte("goroutine 1 [running]:"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if line, ok := parseLogLine(text); ok {
			if _, known := verbosities[line.level]; !known {
				t.Errorf("level %q of %q", line.level, text)
			}
		}
	})
}
