// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagenteventstest_test

import (
	"context"
	"errors"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is used up only by a test that fails.
const patience = 30 * time.Second

// folder is a temporary folder of this test's own. t.TempDir is not used
// because its clean-up fails the test under Wine.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "hostagentevents")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// fold follows until the exiting event, or the end of what is there, and returns
// the changes as text.
func fold(t *testing.T, h *hostagenteventstest.Hostagent, opts ...hostagentevents.Option) (hostagentevents.State, []string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var state hostagentevents.State
	var lines []string
	for event, err := range hostagentevents.Events(ctx, h.Stdout, h.Stderr, append(opts, hostagentevents.UntilExited())...) {
		if err != nil {
			if !errors.Is(err, hostagentevents.ErrExited) {
				t.Error(err)
			}
			break
		}
		var changes []hostagentevents.Change
		state, changes = state.Apply(event)
		for _, change := range changes {
			lines = append(lines, change.String())
		}
	}
	return state, lines
}

func TestCourses(t *testing.T) {
	began := []string{
		"run 1", "Unknown -> Starting", "ssh at port 60022", "cloud-init active",
		"cloud-init active: Cloud-init v. 24 running 'init'",
	}
	booted := append(began[:len(began):len(began)], "cloud-init completed: Cloud-init v. 24 finished", "Starting -> Running")
	forward := hostagentevents.PortForward{
		Type: hostagentevents.PortForwardForwarding, Protocol: "tcp", GuestAddr: "0.0.0.0:80", HostAddr: "127.0.0.1:80",
	}
	for _, test := range []struct {
		name  string
		write func(*hostagenteventstest.Hostagent)
		want  []string
	}{
		{
			"normal", func(h *hostagenteventstest.Hostagent) { h.Boot(); h.Exit("") },
			append(booted[:len(booted):len(booted)], "Running -> Exiting", "exiting"),
		},
		{
			"degraded", func(h *hostagenteventstest.Hostagent) { h.BootDegraded("no agent", "no mounts"); h.Exit("killed") },
			append(began[:len(began):len(began)], "Starting -> Degraded", "errors: no agent; no mounts", "Degraded -> Exiting", "exiting: killed"),
		},
		{
			"the driver does not start", func(h *hostagenteventstest.Hostagent) { h.Start(); h.Exit("no disk") },
			[]string{"run 1", "Unknown -> Exiting", "exiting: no disk"},
		},
		{
			"bad lines", func(h *hostagenteventstest.Hostagent) { h.Boot(); h.BadLines(); h.Exit("") },
			append(booted[:len(booted):len(booted)], "Running -> Exiting", "exiting"),
		},
		{
			"forwards and vsock", func(h *hostagenteventstest.Hostagent) {
				h.Start()
				h.SSHPort(22)
				h.Vsock(hostagentevents.Vsock{Type: hostagentevents.VsockSkipped, Reason: "off"})
				h.Forward(forward)
				h.CloudInit("line")
				h.Exit("")
			},
			[]string{
				"run 1", "Unknown -> Starting", "ssh at port 22", "vsock skipped: off", "forwarding tcp 0.0.0.0:80 -> 127.0.0.1:80",
				"cloud-init active: line", "Starting -> Exiting", "exiting",
			},
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			h := hostagenteventstest.New(folder(t))
			test.write(h)
			_, got := fold(t, h)
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

func TestBadLinesAreBad(t *testing.T) {
	h := hostagenteventstest.New(folder(t))
	h.Start()
	n := h.BadLines()
	h.Exit("")
	fold(t, h, hostagentevents.WithBadLine(func(*hostagentevents.LineError) error { n--; return nil }))
	if n != 0 {
		t.Errorf("%d lines were not found to be bad", n)
	}
}

// TestSlow: while a line is half written there is no event in it.
func TestSlow(t *testing.T) {
	h := hostagenteventstest.New(folder(t))
	halves := 0
	h.Slow = func() {
		halves++
		for _, path := range []string{h.Stdout, h.Stderr} {
			text, err := os.ReadFile(path)
			if err != nil {
				t.Error(err)
			}
			if path == h.Stdout && len(text) == 0 {
				return // it is stderr that is being written
			}
			if len(text) > 0 && text[len(text)-1] != '\n' {
				return
			}
		}
		t.Error("no line is half written")
	}
	h.Boot()
	h.Exit("")
	if halves == 0 {
		t.Error("nothing was slow")
	}
	if state, _ := fold(t, h); !state.Exited {
		t.Errorf("state: %+v", state)
	}
}

func TestCrash(t *testing.T) {
	h := hostagenteventstest.New(folder(t))
	h.Boot()
	h.Crash()
	reason, err := hostagentevents.ExitReason(h.Stderr)
	if !strings.HasPrefix(reason, "panic: runtime error") || err != nil {
		t.Errorf("%q, %v", reason, err)
	}
}

func TestRotateAndPart(t *testing.T) {
	h := hostagenteventstest.New(folder(t))
	h.Boot()
	h.Rotate()
	h.Start()
	h.Part(`{"status":{"exit`)
	h.Line(`ing":true}}`)
	h.Close()
	if _, err := os.Stat(h.Stdout + ".1"); err != nil {
		t.Error(err)
	}
	if _, got := fold(t, h); len(got) != 3 {
		t.Errorf("changes: %q", got)
	}
}

func TestClock(t *testing.T) {
	h := hostagenteventstest.New(folder(t))
	at := time.Date(2026, 1, 2, 3, 4, 5, 678, time.UTC)
	h.Now = func() time.Time { return at }
	h.Start()
	h.Exit("")
	for event, err := range hostagentevents.Events(t.Context(), h.Stdout, h.Stderr) {
		if err != nil || !event.Time.Equal(at) {
			t.Errorf("%v, %v", event.Time, err)
		}
		break
	}
}

func TestPanics(t *testing.T) {
	for name, do := range map[string]func(){
		"no folder":   func() { hostagenteventstest.New(folder(t) + "/no-such-folder").Start() },
		"not started": func() { hostagenteventstest.New(folder(t)).Running() },
	} {
		t.Run(name, func(t *testing.T) {
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "hostagenteventstest: ") {
					t.Errorf("panicked with %q", text)
				}
			}()
			do()
		})
	}
}
