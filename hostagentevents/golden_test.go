// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// The golden files say what each recording adds up to: each change with the time
// of its event, the state at the end, and the reason in ha.stderr.log. They are
// written anew, from plainly decoded events, by
//
//	go test -run TestGolden -update
var update = flag.Bool("update", false, "write the golden files anew")

const golden = "testdata/golden"

func goldenFile(recording string) string { return filepath.Join(golden, recording+".txt") }

// story folds the events of one run, and tells what comes of it.
func story(t *testing.T, events []Event, reason string) string {
	t.Helper()
	var state State
	var b strings.Builder
	for _, event := range events {
		if event.Status.Exiting {
			event.ExitReason = reason
		}
		var changes []Change
		state, changes = state.Apply(event)
		for _, change := range changes {
			fmt.Fprintf(&b, "%s  %s\n", event.Time.Format(time.RFC3339Nano), change)
		}
	}
	text, err := json.MarshalIndent(state, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(&b, "\n%s\n\nreason: %q\n", text, reason)
	return b.String()
}

func compareGolden(t *testing.T, recording string, events []Event, reason string) {
	t.Helper()
	want := string(readFile(t, goldenFile(recording)))
	if diff := difference(want, story(t, events, reason)); diff != "" {
		t.Errorf("%s: -want +got\n%s", goldenFile(recording), diff)
	}
}

func reasonOf(t *testing.T, recording string) string {
	t.Helper()
	reason, err := ExitReason(filepath.Join(recordings, recording, "ha.stderr.log"))
	if err != nil {
		t.Fatal(err)
	}
	return reason
}

// TestGolden: each recording has its golden file, and no other is there.
func TestGolden(t *testing.T) {
	folders, err := filepath.Glob(recordings + "/*/ha.stdout.log")
	if err != nil || len(folders) != len(recorded) {
		t.Fatalf("%d recordings (%v), the table has %d", len(folders), err, len(recorded))
	}
	unknown := map[string]bool{}
	files, err := filepath.Glob(goldenFile("*"))
	if err != nil {
		t.Fatal(err)
	}
	for _, file := range files {
		unknown[file] = true
	}
	for _, path := range folders {
		name := filepath.Base(filepath.Dir(path))
		delete(unknown, goldenFile(name))
		t.Run(name, func(t *testing.T) {
			events, reason := plainlyDecoded(t, readFile(t, path)), reasonOf(t, name)
			if *update {
				if err := os.WriteFile(goldenFile(name), []byte(story(t, events, reason)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			compareGolden(t, name, events, reason)
		})
	}
	for file := range unknown {
		t.Errorf("%s is of no recording", file)
	}
}

// TestRecordingsRotated: in the midst of a recording the logs are renamed and
// the next run begins, the same recording once more, while the old one is still
// written. Each run is as if it were alone, and the state is that of the new one.
func TestRecordingsRotated(t *testing.T) {
	for name := range recorded {
		t.Run(name, func(t *testing.T) {
			r := newReplay(t, name)
			seed := rand.Uint64()
			t.Log("seed", seed)
			random := rand.New(rand.NewPCG(seed, 0))
			stdout, stderr := pieces{r.logs.stdout, r.stdout}, pieces{r.logs.stderr, r.stderr}
			for range random.IntN(20) {
				r.logs.append(stdout.path, stdout.cut(random))
				r.logs.append(stderr.path, stderr.cut(random))
			}
			r.logs.append(stdout.path, "")
			r.logs.append(stderr.path, "")
			rotated := func() {
				r.logs.rotate()
				stdout.path += ".1"
				stderr.path += ".1"
				r.writePieces(random, stdout, stderr, pieces{r.logs.stdout, r.stdout}, pieces{r.logs.stderr, r.stderr})
			}
			r.runRotated(rotated)
		})
	}
}

// runRotated watches what is there, has the logs rotated and written on, and
// compares what comes.
func (r *replay) runRotated(rotated func()) {
	ctx, seen := r.untilSeen(2 * (len(r.wantEvents) + len(r.wantLog)))
	// Late lines are waited for however slow the machine is.
	patient := func(o *options) { o.config.GracePeriod = time.Hour }
	w := newOpenWatcher(r.t, r.logs, WithLogger(r.log.logger()), patient)
	if err := w.drain(ctx); err != nil && !errors.Is(err, errAllSeen) {
		r.t.Fatal(err)
	}
	var writer sync.WaitGroup
	writer.Go(rotated)
	defer writer.Wait()

	runs := map[int][]Event{}
	var state State
	for {
		event, err := w.next(ctx)
		if err != nil {
			if !errors.Is(err, errAllSeen) {
				r.t.Error(err)
			}
			break
		}
		late := event.Run < state.Run
		var changes []Change
		if state, changes = state.Apply(event); late && changes != nil {
			r.t.Errorf("a late line brings %v: %s", changes, event.Raw)
		}
		runs[event.Run] = append(runs[event.Run], event)
		seen()
	}
	if len(r.wantEvents) > 0 {
		r.compare(1, runs[1])
		r.compare(2, runs[2])
		r.compareState(state)
	}
	if got, want := len(r.log.named("hostagent")), 2*len(r.wantLog); got != want {
		r.t.Errorf("%d lines of stderr, want %d", got, want)
	}
	if bad := r.log.errors(); len(bad) != 0 {
		r.t.Errorf("logged %v", bad)
	}
}

// compareState wants the state of two runs to be that of the second alone.
func (r *replay) compareState(got State) {
	r.t.Helper()
	var want State
	for _, event := range r.wantEvents {
		want, _ = want.Apply(event)
	}
	want.Run = 2
	got.ExitReason = ""
	if diff := cmp.Diff(want, got, sameState); diff != "" {
		r.t.Errorf("state: -want +got\n%s", diff)
	}
}
