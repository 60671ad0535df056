// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// turning is a log that is rotated a thousand times a second, on Windows fifty
// times, always to a new name: nothing can be renamed there onto a file that
// somebody holds.
func turning(path string) logwriter.Plan {
	plan := logwriter.Plan{Path: path, Lines: 1 << 24, PerSecond: 10_000, Rotation: logwriter.Dated, Every: 10, Keep: 1}
	if runtime.GOOS == "windows" {
		plan.PerSecond, plan.Every = 1_000, 20
	}
	return plan
}

// Open, read over a rotation, Stop, and again at once, while a process of its
// own writes and rotates without pause: what hangs a watcher on Windows, within
// a few cycles, that is called from where its errors are taken.
func TestRotationLoop(t *testing.T) {
	for name, logs := range map[string][]string{"one log": {"log"}, "two logs in a folder": {"one", "other"}} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			dir := folder(t)
			for _, log := range logs {
				t.Run(log, func(t *testing.T) {
					t.Parallel()
					plan := turning(filepath.Join(dir, log))
					startWriter(t, plan)
					for range soak(t, 1000) / len(logs) {
						turn(t, plan)
					}
				})
			}
		})
	}
}

// turn is one cycle.
func turn(t *testing.T, plan logwriter.Plan) {
	t.Helper()
	// The interval counts where there are no events to be had.
	tl, err := tail.Open(plan.Path, following(tail.Config{PollInterval: 5 * time.Millisecond}))
	must(t, err)
	for range plan.Every * 3 / 2 {
		if l := nextLine(t, tl); number(l.Text, plan) == 0 {
			t.Errorf("got the line %q, which was not written", l.Text)
		}
	}
	if err := returns(t, "Stop", tl.Stop); err != nil {
		t.Error(err)
	}
}

// startWriter has a log written from a process of its own until the test ends.
func startWriter(t *testing.T, plan logwriter.Plan) {
	t.Helper()
	cmd, err := logwriter.Start(plan)
	must(t, err)
	t.Cleanup(func() {
		cmd.Process.Kill()
		cmd.Wait() // it says that it was killed
	})
}
