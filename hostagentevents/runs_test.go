// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestRunNumbers(t *testing.T) {
	type event struct {
		generation int
		status     Status
		want       int
	}
	bare, up, end := Status{SSHLocalPort: 1}, Status{Running: true}, Status{Exiting: true}
	boots, port := Status{SSHLocalPort: 1, CloudInitProgress: lineA}, Status{SSHLocalPort: 1, PortForward: up80}
	tests := map[string][]event{
		"one file":                      {{1, bare, 1}, {1, up, 1}, {1, end, 1}},
		"a file each":                   {{1, bare, 1}, {1, end, 1}, {2, bare, 2}, {2, end, 2}},
		"no exiting":                    {{1, bare, 1}, {1, up, 1}, {2, bare, 2}},
		"files without an event":        {{2, bare, 2}, {5, bare, 5}},
		"late lines":                    {{1, bare, 1}, {2, bare, 2}, {1, up, 1}, {1, end, 1}, {2, up, 2}},
		"late lines of an unseen file":  {{2, bare, 2}, {1, bare, 1}, {2, up, 2}},
		"appended":                      {{1, bare, 1}, {1, end, 1}, {1, bare, 2}, {1, end, 2}, {1, bare, 3}},
		"running and exiting after all": {{1, bare, 1}, {1, end, 1}, {1, up, 1}, {1, end, 1}},
		"older news after all":          {{1, bare, 1}, {1, end, 1}, {1, boots, 1}, {1, port, 1}, {1, bare, 2}},
		"appended, then a file each":    {{1, end, 1}, {1, bare, 2}, {2, bare, 3}, {1, end, 2}, {2, end, 3}, {2, bare, 4}, {3, bare, 5}, {1, up, 2}, {2, up, 4}},
	}
	for name, events := range tests {
		t.Run(name, func(t *testing.T) {
			var r runs
			for i, e := range events {
				if got := r.number(e.generation, e.status); got != e.want {
					t.Fatalf("event %d belongs to run %d, want %d", i, got, e.want)
				}
			}
		})
	}
}

// needNewFile skips what is not so under Wine.
func needNewFile(t *testing.T, way string) {
	t.Helper()
	if way == "deleted" && runtime.GOOS == "windows" {
		t.Skip("wine: a file that is held and was deleted goes on under its name")
	}
}

// TestRuns: the ways of a start to make room for its logs all begin another run.
func TestRuns(t *testing.T) {
	ways := map[string]func(logs){"deleted": logs.restart, "renamed": logs.rotate, "truncated": logs.truncate}
	for way, restart := range ways {
		for backend, opts := range backends() {
			t.Run(way+", "+backend, func(t *testing.T) {
				needNewFile(t, way)
				l := newLogs(t)
				l.append(l.stdout, portEvent(1))
				l.append(l.stderr, "booting\n")
				got := l.runs(func(port int) {
					if port < 4 {
						restart(l)
						l.append(l.stdout, portEvent(port+1))
						return
					}
					l.append(l.stdout, portEvent(sentinel))
				}, opts...)
				if diff := cmp.Diff([]int{1, 2, 3, 4}, got); diff != "" {
					t.Errorf("-want +got\n%s", diff)
				}
			})
		}
	}
}

// runs watches until the sentinel and returns the run of each event before it.
func (l logs) runs(onPort func(port int), opts ...Option) (runs []int) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(l.t.Context(), patience)
	defer cancel()
	for event, err := range Events(ctx, l.stdout, l.stderr, opts...) {
		if err != nil {
			l.t.Fatal(err)
		}
		port := event.Status.SSHLocalPort
		if port == sentinel {
			return runs
		}
		runs = append(runs, event.Run)
		onPort(port)
	}
	return runs
}

// TestLateLines: a hostagent that still writes to the file that was renamed
// while the next one runs.
func TestLateLines(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1))
	patient := func(o *options) { o.config.GracePeriod = time.Hour }
	var state State
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	var got []int
	err := Watch(ctx, l.stdout, l.stderr, time.Time{}, func(event Event) bool {
		state, _ = state.Apply(event)
		got = append(got, event.Run)
		switch port := event.Status.SSHLocalPort; {
		case port == 1:
			l.rotate()
			l.append(l.stdout, portEvent(2))
		case port == 2:
			l.append(l.stdout+".1", exitingEvent)
		case event.Status.Exiting:
			return true
		}
		return false
	}, patient)
	if err != nil {
		t.Error(err)
	}
	if diff := cmp.Diff([]int{1, 2, 1}, got); diff != "" {
		t.Errorf("runs: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(State{Run: 2, Phase: Starting, SSHLocalPort: 2}, state, sameState); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestReplayed: what stood in the log before the watch is told from what came
// during it.
func TestReplayed(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+portEvent(2))
	got := map[int]bool{}
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for event, err := range Events(ctx, l.stdout, l.stderr) {
		if err != nil {
			t.Fatal(err)
		}
		port := event.Status.SSHLocalPort
		got[port] = event.Replayed
		if port == 2 {
			l.append(l.stdout, portEvent(3))
		}
		if port == 3 {
			l.restart()
			l.append(l.stdout, portEvent(4))
		}
		if port == 4 {
			break
		}
	}
	if diff := cmp.Diff(map[int]bool{1: true, 2: true, 3: false, 4: false}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}
