// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"math/rand/v2"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

const recordings = "testdata/recordings"

// recorded lists the recordings: how many events each has, and how many lines
// of stderr that are not empty. A folder that is not in it fails the test.
var recorded = map[string]struct{ events, stderr int }{
	"01-start-progress":            {376, 209},
	"03-restart":                   {5, 154},
	"04-vm-portforward":            {7, 176},
	"05-vm-kill9-hostagent":        {7, 176},
	"07-vm-qemu-exits":             {2, 23},
	"08-vm-stop-while-booting":     {2, 108},
	"09-vm-lite-stop":              {279, 93},
	"10-ns-ssh-never-up":           {3, 652},
	"12-ns-plain-stop":             {3, 32},
	"14-ns-ga-stop-degraded":       {9, 238},
	"17-ns-ga-stop":                {20, 77},
	"18-ns-ga-restart":             {2, 42},
	"19-ns-kill9":                  {2, 42},
	"20-ns-guest-dies":             {3, 31},
	"21-ns-driver-start-fails":     {1, 8},
	"22-bad-vmtype":                {0, 16},
	"23-ns-portforward-ssh-failed": {6, 62},
	"30-inprocess":                 {16, 57},
}

func TestRecordingsAreAllCovered(t *testing.T) {
	folders, err := os.ReadDir(recordings)
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, folder := range folders {
		if folder.IsDir() {
			found[folder.Name()] = true
		}
	}
	for name := range recorded {
		if !found[name] {
			t.Errorf("%s is not in %s", name, recordings)
		}
		delete(found, name)
	}
	for name := range found {
		t.Errorf("%s is not in the table of recordings", name)
	}
}

// TestRecordingsWhole: everything is written before the watch begins.
func TestRecordingsWhole(t *testing.T) {
	for name := range recorded {
		t.Run(name, func(t *testing.T) {
			r := newReplay(t, name)
			r.logs.append(r.logs.stdout, string(r.stdout))
			r.logs.append(r.logs.stderr, string(r.stderr))
			r.onEvent = func(event Event) {
				if !event.Replayed {
					t.Errorf("not taken for an old event: %s", event.Raw)
				}
				if !event.Status.Exiting {
					return
				}
				if event.ExitReason != r.reason {
					t.Errorf("the reason is %q, want %q", event.ExitReason, r.reason)
				}
				if got := len(r.log.named("hostagent")); got != len(r.wantLog) {
					t.Errorf("%d lines of stderr were logged before exiting, want all %d", got, len(r.wantLog))
				}
			}
			r.run()
		})
	}
}

// TestRecordingsInPieces: a writer appends pieces of random length to the two
// files, which are not there at first, while they are watched. Every piece but
// the last ends in the midst of a line.
func TestRecordingsInPieces(t *testing.T) {
	for name := range recorded {
		t.Run(name, func(t *testing.T) {
			r := newReplay(t, name)
			seed := rand.Uint64()
			t.Log("seed", seed)
			var writer sync.WaitGroup
			random := rand.New(rand.NewPCG(seed, 0))
			writer.Go(func() { r.writePieces(random, pieces{r.logs.stdout, r.stdout}, pieces{r.logs.stderr, r.stderr}) })
			defer writer.Wait()
			r.run()
		})
	}
}

// replay watches the logs of one recording and compares what comes with what
// the files say.
type replay struct {
	t              *testing.T
	name           string
	logs           logs
	log            *recorder
	stdout, stderr []byte
	wantEvents     []Event
	wantLog        []entry
	reason         string // that the whole log of stderr holds
	onEvent        func(Event)
}

func newReplay(t *testing.T, name string) *replay {
	t.Helper()
	r := &replay{t: t, name: name, logs: newLogs(t), log: new(recorder), onEvent: func(Event) {}}
	r.stdout = readFile(t, filepath.Join(recordings, name, "ha.stdout.log"))
	r.stderr = readFile(t, filepath.Join(recordings, name, "ha.stderr.log"))
	r.wantEvents = plainlyDecoded(t, r.stdout)
	r.wantLog = plainlyLogged(t, r.stderr)
	r.reason = reasonOf(t, name)
	want := recorded[name]
	if len(r.wantEvents) != want.events || len(r.wantLog) != want.stderr {
		t.Fatalf("%d events and %d lines of stderr in the recording, the table says %d and %d",
			len(r.wantEvents), len(r.wantLog), want.events, want.stderr)
	}
	return r
}

var errAllSeen = errors.New("all seen")

// run watches until as much has come as the files hold, then compares.
func (r *replay) run() {
	r.t.Helper()
	ctx, seen := r.untilSeen(len(r.wantEvents) + len(r.wantLog))
	var events []Event
	err := Watch(ctx, r.logs.stdout, r.logs.stderr, time.Time{}, func(event Event) bool {
		r.onEvent(event)
		events = append(events, event)
		seen()
		return false
	}, WithLogger(r.log.logger()))
	if !errors.Is(err, errAllSeen) {
		r.t.Errorf("Watch returned %v", err)
	}
	r.compare(1, events)
	r.compareLog(r.wantLog)
}

// untilSeen returns a context that ends when so many events and lines of stderr
// have been seen. Those of stderr count by themselves.
func (r *replay) untilSeen(n int) (ctx context.Context, seen func()) {
	ctx, cancel := context.WithCancelCause(r.t.Context())
	ctx, stop := context.WithTimeout(ctx, patience)
	r.t.Cleanup(stop)
	left := atomic.Int64{}
	left.Store(int64(n))
	seen = func() {
		if left.Add(-1) == 0 {
			cancel(errAllSeen)
		}
	}
	r.log.hook = func(e entry) {
		if e.Name == "hostagent" {
			seen()
		}
	}
	return ctx, seen
}

// compare wants the events of one run to be those of the recording, and to add
// up to what the golden file says.
func (r *replay) compare(run int, events []Event) {
	r.t.Helper()
	for i := range events {
		e := &events[i]
		if e.Run != run {
			r.t.Errorf("run %d instead of %d: %s", e.Run, run, e.Raw)
		}
		if e.Status.Exiting && e.ExitReason != "" && e.ExitReason != r.reason {
			r.t.Errorf("the reason is %q, want %q", e.ExitReason, r.reason)
		}
		e.Replayed, e.ExitReason, e.Run = false, "", 1
	}
	if diff := difference(r.wantEvents, events); diff != "" {
		r.t.Errorf("events: -want +got\n%s", diff)
	}
	compareGolden(r.t, r.name, events, r.reason)
}

func (r *replay) compareLog(want []entry) {
	r.t.Helper()
	if diff := difference(want, r.log.named("hostagent")); diff != "" {
		r.t.Errorf("stderr: -want +got\n%s", diff)
	}
	if bad := r.log.errors(); len(bad) != 0 {
		r.t.Errorf("logged %v", bad)
	}
}

// pieces is text that is still to be written to a log.
type pieces struct {
	path string
	text []byte
}

// cut takes a piece off that ends in the midst of a line, or with the text.
func (p *pieces) cut(random *rand.Rand) string {
	n := min(len(p.text), 1+random.IntN(1+random.IntN(4096)))
	for 0 < n && n < len(p.text) && p.text[n-1] == '\n' {
		n++
	}
	piece := p.text[:n]
	p.text = p.text[n:]
	return string(piece)
}

// writePieces appends to the logs by turns, in random order.
func (r *replay) writePieces(random *rand.Rand, logs ...pieces) {
	for len(logs) > 0 {
		i := random.IntN(len(logs))
		r.logs.append(logs[i].path, logs[i].cut(random))
		if len(logs[i].text) == 0 {
			logs = slices.Delete(logs, i, i+1)
		}
	}
}

// difference is cmp.Diff, which takes long over what is equal.
func difference(want, got any) string {
	if reflect.DeepEqual(want, got) {
		return ""
	}
	return cmp.Diff(want, got)
}

func readFile(t testing.TB, path string) []byte {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

// plainlyDecoded decodes a recording, and checks that the types lose nothing of
// it: what they encode to is what Lima wrote, byte for byte.
func plainlyDecoded(t *testing.T, stdout []byte) []Event {
	t.Helper()
	var events []Event
	for line := range bytes.Lines(stdout) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		var event Event
		if err := json.Unmarshal(line, &event); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
		again, err := json.Marshal(event)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(line, again) {
			t.Errorf("%s\nis encoded as\n%s", line, again)
		}
		event.Run, event.Raw = 1, line
		events = append(events, event)
	}
	return events
}

// plainlyLogged says what the logger must get from a recording's stderr.
func plainlyLogged(t *testing.T, stderr []byte) []entry {
	t.Helper()
	var entries []entry
	for line := range bytes.Lines(stderr) {
		line = bytes.TrimSuffix(line, []byte("\n"))
		fields := map[string]any{}
		switch {
		case len(line) == 0:
		case json.Unmarshal(line, &fields) != nil:
			entries = append(entries, entry{"hostagent", 0, "", string(line), map[string]any{}})
		default:
			entries = append(entries, jsonEntry(t, fields))
		}
	}
	return entries
}

func jsonEntry(t *testing.T, fields map[string]any) entry {
	t.Helper()
	verbosity, ok := map[any]int{"debug": 1, "info": 0, "warning": 0, "fatal": errorLevel}[fields["level"]]
	if !ok {
		t.Fatalf("level %v is new to the recordings", fields["level"])
	}
	at, err := time.Parse(time.RFC3339, fields["time"].(string))
	if err != nil {
		t.Fatal(err)
	}
	message := fields["msg"].(string)
	fields[LevelKey], fields[TimeKey] = fields["level"], at
	for _, own := range []string{"level", "msg", "time"} {
		delete(fields, own)
	}
	return entry{"hostagent", verbosity, "", message, fields}
}
