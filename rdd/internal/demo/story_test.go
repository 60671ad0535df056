// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

type status = hostagentevents.Status

func TestPhase(t *testing.T) {
	for _, test := range []struct {
		name   string
		from   phase
		status status
		want   phase
	}{
		{"nothing yet", starting, status{}, starting},
		{"a port does not make it run", starting, status{SSHLocalPort: 1}, starting},
		{"runs", starting, status{Running: true}, running},
		{"runs degraded", starting, status{Running: true, Degraded: true}, degraded},
		{"an older status repeated", running, status{SSHLocalPort: 1}, running},
		{"still degraded", degraded, status{SSHLocalPort: 1}, degraded},
		{"exits before it ran", starting, status{Exiting: true}, stopped},
		{"exits", running, status{Exiting: true}, stopped},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := test.from.next(test.status); got != test.want {
				t.Errorf("%s leads to %s, want %s", test.from, got, test.want)
			}
		})
	}
}

func TestNews(t *testing.T) {
	line := &hostagentevents.CloudInitProgress{LogLine: `a "line"`, Active: true}
	sameLine := &hostagentevents.CloudInitProgress{LogLine: `a "line"`, Active: true}
	forward := &hostagentevents.PortForward{Type: hostagentevents.PortForwardForwarding, Protocol: "tcp", GuestAddr: "0.0.0.0:80", HostAddr: "127.0.0.1:80"}
	for _, test := range []struct {
		name      string
		last, now status
		want      []string
	}{
		{"port", status{}, status{SSHLocalPort: 22}, []string{"sshLocalPort 22"}},
		{"progress", status{SSHLocalPort: 22}, status{SSHLocalPort: 22, CloudInitProgress: line}, []string{`cloudInitProgress "a \"line\"" active`}},
		{"repeated progress", status{CloudInitProgress: line}, status{CloudInitProgress: sameLine, PortForward: forward}, []string{"portForward forwarding tcp 0.0.0.0:80 -> 127.0.0.1:80"}},
		{"progress ends", status{}, status{CloudInitProgress: &hostagentevents.CloudInitProgress{Completed: true}}, []string{"cloudInitProgress completed"}},
		{"degraded", status{}, status{Running: true, Degraded: true, Errors: []string{"no agent"}}, []string{"running", `degraded ["no agent"]`}},
		{"vsock", status{}, status{Vsock: &hostagentevents.Vsock{Type: hostagentevents.VsockSkipped, Reason: "no vsock"}}, []string{"vsock skipped no vsock"}},
		{"exiting", status{Running: true}, status{Exiting: true}, []string{"exiting"}},
		{"repeated as a whole", status{Running: true}, status{Running: true}, []string{"nothing new"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, news(test.last, test.now)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestMerge(t *testing.T) {
	stdout := `{"time":"2026-01-01T00:00:01.5Z","status":{}}
{"time":"2026-01-01T00:00:03.1Z","status":{}}
`
	stderr := `{"time":"2026-01-01T00:00:01Z"}
{"time":"2026-01-01T00:00:02Z"}
plain text
{"time":"2026-01-01T00:00:04Z"}
`
	var got []string
	for _, line := range merge([]byte(stdout), []byte(stderr)) {
		text := strings.TrimSpace(string(line.text))
		if line.event {
			text = "event " + text
		}
		got = append(got, text)
	}
	want := []string{
		`{"time":"2026-01-01T00:00:01Z"}`,
		`event {"time":"2026-01-01T00:00:01.5Z","status":{}}`,
		`{"time":"2026-01-01T00:00:02Z"}`,
		`plain text`,
		`event {"time":"2026-01-01T00:00:03.1Z","status":{}}`,
		`{"time":"2026-01-01T00:00:04Z"}`,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

// TestMergeKeepsAll: what the two logs of the recording hold comes out, and each
// log's own lines in their order.
func TestMergeKeepsAll(t *testing.T) {
	var stdout, stderr bytes.Buffer
	for _, line := range merge(recordedStdout, recordedStderr) {
		if line.event {
			stdout.Write(line.text)
		} else {
			stderr.Write(line.text)
		}
	}
	if !bytes.Equal(stdout.Bytes(), recordedStdout) || !bytes.Equal(stderr.Bytes(), recordedStderr) {
		t.Error("the merged recording is not the recording")
	}
}

// TestRecordingCutShort ends the demo from the very write that shows an event.
func TestRecordingCutShort(t *testing.T) {
	for _, at := range []string{"recording", "sshLocalPort", "Running"} {
		t.Run(at, func(t *testing.T) {
			dir := t.TempDir()
			t.Setenv("TMPDIR", dir)
			t.Setenv("TMP", dir)
			stopped := errors.New("stopped by the test")
			ctx, cancel := context.WithCancelCause(t.Context())
			out := &trigger{on: at, do: func() { cancel(stopped) }}
			err := Run(ctx, Options{Out: out, Recording: true})
			if at != "Running" && !errors.Is(err, stopped) { // a guest that runs has shown what it was started for
				t.Errorf("error: %v", err)
			}
			checkLeft(t, dir)
		})
	}
}

func TestRecordingLeavesNothing(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	if err := Run(t.Context(), Options{Out: io.Discard, Recording: true}); err != nil {
		t.Error(err)
	}
	checkLeft(t, dir)
}

// TestNotRunningInTime: the recording takes longer than nothing to run.
func TestNotRunningInTime(t *testing.T) {
	err := Run(t.Context(), Options{Out: io.Discard, Recording: true, Timeout: time.Nanosecond})
	if want := "demo: the guest did not run within 1ns"; err == nil || err.Error() != want {
		t.Errorf("error: %v, want %v", err, want)
	}
}

func checkLeft(t *testing.T, dir string) {
	t.Helper()
	if entries, err := os.ReadDir(dir); err != nil || len(entries) > 0 {
		t.Errorf("left: %v (%v)", entries, err)
	}
}

// trigger is a writer that does something when it sees a word.
type trigger struct {
	on string
	do func()
}

func (w *trigger) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.on) {
		w.do()
	}
	return len(p), nil
}
