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
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

func TestStory(t *testing.T) {
	at := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	var shown bytes.Buffer
	story := &story{out: &screen{w: &shown}}
	for i, status := range []hostagentevents.Status{
		{SSHLocalPort: 22},
		{SSHLocalPort: 22},
		{SSHLocalPort: 22, Running: true, Degraded: true, Errors: []string{"no agent"}},
		{Exiting: true},
	} {
		story.tell(hostagentevents.Event{Time: at.Add(time.Duration(i) * time.Second), Run: 1, Status: status})
	}
	want := `   0.000s  Starting  Unknown -> Starting, ssh at port 22
   1.000s  Starting  nothing new
   2.000s  Degraded  Starting -> Degraded, errors: no agent
   3.000s  Exiting   Degraded -> Exiting, exiting
`
	if diff := cmp.Diff(want, shown.String()); diff != "" {
		t.Error(diff)
	}
}

// TestStoryOfBadGuest: what a guest logs does not steer the terminal.
func TestStoryOfBadGuest(t *testing.T) {
	var shown bytes.Buffer
	story := &story{out: &screen{w: &shown}}
	progress := &hostagentevents.CloudInitProgress{Active: true, LogLine: "\x1b[2J\n   0.000s  Running"}
	story.tell(hostagentevents.Event{Run: 1, Status: hostagentevents.Status{CloudInitProgress: progress}})
	if want := `cloud-init active: \x1b[2J\n   0.000s  Running` + "\n"; !strings.HasSuffix(shown.String(), want) {
		t.Errorf("shown: %q", shown.String())
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
	for _, at := range []string{"recording", "ssh at port", "Running"} {
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

// lingering is a source that does not end, and must not be asked why it did.
type lingering struct {
	source
	t *testing.T
}

func (lingering) done() <-chan struct{} { return nil }
func (lingering) reason() string        { return "stuck" }
func (s lingering) err() error {
	s.t.Error("asked before it has ended")
	return nil
}

// TestExitingButLingering: the exiting event has come, and the end does not.
func TestExitingButLingering(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		if err := new(watcher).whyDone(lingering{t: t}); !errors.Is(err, errLingers) || !strings.HasSuffix(err.Error(), "15s later (stuck)") {
			t.Errorf("error: %v", err)
		}
	})
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

// TestFullScreen: the first write that fails is what Run returns, and nothing is
// left.
func TestFullScreen(t *testing.T) {
	dir := t.TempDir()
	t.Setenv("TMPDIR", dir)
	t.Setenv("TMP", dir)
	full := errors.New("no room")
	out := &failing{errs: []error{nil, full, errors.New("still none"), nil}}
	if err := Run(t.Context(), Options{Out: out, Recording: true}); !errors.Is(err, full) {
		t.Errorf("error: %v", err)
	}
	checkLeft(t, dir)
}

// failing is a writer whose writes return errs, and then nothing but nil.
type failing struct{ errs []error }

func (w *failing) Write(p []byte) (int, error) {
	if len(w.errs) == 0 {
		return len(p), nil
	}
	err := w.errs[0]
	w.errs = w.errs[1:]
	return len(p), err
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
