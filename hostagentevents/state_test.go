// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"encoding/json"
	"reflect"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var (
	lineA = &CloudInitProgress{LogLine: "a", Active: true}
	lineB = &CloudInitProgress{LogLine: "b", Active: true}
	up80  = &PortForward{PortForwardForwarding, "tcp", "0.0.0.0:80", "127.0.0.1:80", ""}
	down  = &PortForward{PortForwardStopping, "tcp", "0.0.0.0:80", "127.0.0.1:80", ""}
	up81  = &PortForward{PortForwardForwarding, "tcp", "0.0.0.0:81", "127.0.0.1:81", ""}
	not22 = &PortForward{PortForwardNotForwarding, "tcp", "0.0.0.0:22", "", ""}
	fails = &PortForward{PortForwardFailed, "tcp", "0.0.0.0:81", "127.0.0.1:81", "busy"}
	moved = &PortForward{"moved", "tcp", "0.0.0.0:80", "127.0.0.1:8080", ""}
	noVSO = &Vsock{Type: VsockSkipped, Reason: "off"}
)

// stopRequest stands among statuses for a call of RequestStop.
var stopRequest = Status{SSHLocalPort: -1}

func booting(change ...func(*Status)) Status { return base(Status{SSHLocalPort: 22}, change) }
func running(change ...func(*Status)) Status {
	return base(Status{SSHLocalPort: 22, Running: true}, change)
}

func degraded(change ...func(*Status)) Status {
	return base(Status{SSHLocalPort: 22, Running: true, Degraded: true, Errors: []string{"no agent"}}, change)
}

func base(status Status, change []func(*Status)) Status {
	for _, c := range change {
		c(&status)
	}
	return status
}

func cloudInit(p *CloudInitProgress) func(*Status) {
	return func(s *Status) { s.CloudInitProgress = p }
}
func forward(p *PortForward) func(*Status) { return func(s *Status) { s.PortForward = p } }
func vsock(v *Vsock) func(*Status)         { return func(s *Status) { s.Vsock = v } }

var (
	exiting  = Status{Exiting: true}
	started  = []Change{PhaseChanged{Unknown, Starting}, SSHPortChanged{22}}
	nowRuns  = []Change{PhaseChanged{Starting, Running}}
	hasEnded = []Change{PhaseChanged{Running, Exiting}, Exited{}}
)

// applyTests are courses of events: what each event brings, and the state after
// the last.
var applyTests = []struct {
	name   string
	events []Status
	want   [][]Change
	state  State
}{
	{"nothing", nil, nil, State{}},
	{"an empty status", []Status{{}}, [][]Change{{PhaseChanged{Unknown, Starting}}}, State{Phase: Starting}},
	{
		"normal",
		[]Status{booting(), running(), exiting},
		[][]Change{started, nowRuns, hasEnded},
		State{Phase: Exiting, Exited: true, SSHLocalPort: 22},
	},
	{
		"a first event that says running",
		[]Status{running()},
		[][]Change{{PhaseChanged{Unknown, Running}, SSHPortChanged{22}}},
		State{Phase: Running, SSHLocalPort: 22},
	},
	{
		"the driver does not start",
		[]Status{exiting},
		[][]Change{{PhaseChanged{Unknown, Exiting}, Exited{}}},
		State{Phase: Exiting, Exited: true},
	},
	{
		"the same event again",
		[]Status{running(), running()},
		[][]Change{{PhaseChanged{Unknown, Running}, SSHPortChanged{22}}, nil},
		State{Phase: Running, SSHLocalPort: 22},
	},
	{
		"running is a latch",
		[]Status{booting(), running(), booting(forward(up80))},
		[][]Change{started, nowRuns, {ForwardChanged{*up80}}},
		State{Phase: Running, SSHLocalPort: 22, Forwards: []PortForward{*up80}},
	},
	{
		"another port",
		[]Status{booting(), {SSHLocalPort: 23}},
		[][]Change{started, {SSHPortChanged{23}}},
		State{Phase: Starting, SSHLocalPort: 23},
	},
	{
		"degraded",
		[]Status{booting(), degraded(), degraded(cloudInit(lineA))},
		[][]Change{started, {PhaseChanged{Starting, Degraded}, ErrorsChanged{[]string{"no agent"}}}, {Progress{*lineA}}},
		State{Phase: Degraded, SSHLocalPort: 22, Errors: []string{"no agent"}, CloudInit: *lineA},
	},
	{
		"an older status does not end being degraded",
		[]Status{booting(), degraded(), booting(forward(up80))},
		[][]Change{started, {PhaseChanged{Starting, Degraded}, ErrorsChanged{[]string{"no agent"}}}, {ForwardChanged{*up80}}},
		State{Phase: Degraded, SSHLocalPort: 22, Errors: []string{"no agent"}, Forwards: []PortForward{*up80}},
	},
	{
		"recovered",
		[]Status{booting(), degraded(), running()},
		[][]Change{
			started,
			{PhaseChanged{Starting, Degraded}, ErrorsChanged{[]string{"no agent"}}},
			{PhaseChanged{Degraded, Running}, ErrorsChanged{}},
		},
		State{Phase: Running, SSHLocalPort: 22},
	},
	{
		"progress",
		[]Status{booting(), booting(cloudInit(lineA)), booting(cloudInit(lineB)), booting(cloudInit(lineB))},
		[][]Change{started, {Progress{*lineA}}, {Progress{*lineB}}, nil},
		State{Phase: Starting, SSHLocalPort: 22, CloudInit: *lineB},
	},
	{
		"progress repeated beside a port",
		[]Status{booting(cloudInit(lineA)), booting(cloudInit(lineA), forward(not22)), booting(cloudInit(lineB), forward(not22))},
		[][]Change{append(started[:2:2], Progress{*lineA}), {ForwardChanged{*not22}}, {Progress{*lineB}}},
		State{Phase: Starting, SSHLocalPort: 22, CloudInit: *lineB},
	},
	{
		"an older progress repeated beside a port",
		[]Status{booting(cloudInit(lineA)), booting(cloudInit(lineB)), booting(cloudInit(lineA), forward(up80))},
		[][]Change{append(started[:2:2], Progress{*lineA}), {Progress{*lineB}}, {ForwardChanged{*up80}}},
		State{Phase: Starting, SSHLocalPort: 22, CloudInit: *lineB, Forwards: []PortForward{*up80}},
	},
	{
		"an older port repeated beside progress",
		[]Status{running(forward(up80)), running(forward(down)), running(forward(up80), cloudInit(lineA))},
		[][]Change{
			{PhaseChanged{Unknown, Running}, SSHPortChanged{22}, ForwardChanged{*up80}},
			{ForwardChanged{*down}},
			{Progress{*lineA}},
		},
		State{Phase: Running, SSHLocalPort: 22, CloudInit: *lineA},
	},
	{
		"repeated although running has reset it",
		[]Status{booting(forward(up80)), running(), booting(forward(up80), cloudInit(lineA))},
		[][]Change{append(started[:2:2], ForwardChanged{*up80}), nowRuns, {Progress{*lineA}}},
		State{Phase: Running, SSHLocalPort: 22, CloudInit: *lineA, Forwards: []PortForward{*up80}},
	},
	{
		"ports come and go",
		[]Status{running(forward(up80)), running(forward(up81)), running(forward(down)), running(forward(up80)), running(forward(fails))},
		[][]Change{
			{PhaseChanged{Unknown, Running}, SSHPortChanged{22}, ForwardChanged{*up80}},
			{ForwardChanged{*up81}},
			{ForwardChanged{*down}},
			{ForwardChanged{*up80}},
			{ForwardChanged{*fails}},
		},
		State{Phase: Running, SSHLocalPort: 22, Forwards: []PortForward{*up80}},
	},
	{
		"a port opened again",
		[]Status{running(forward(up80)), running(forward(down)), running(forward(up80))},
		[][]Change{
			{PhaseChanged{Unknown, Running}, SSHPortChanged{22}, ForwardChanged{*up80}},
			{ForwardChanged{*down}},
			{ForwardChanged{*up80}},
		},
		State{Phase: Running, SSHLocalPort: 22, Forwards: []PortForward{*up80}},
	},
	{
		"a later type of forward",
		[]Status{running(forward(up80)), running(forward(moved))},
		[][]Change{
			{PhaseChanged{Unknown, Running}, SSHPortChanged{22}, ForwardChanged{*up80}},
			{ForwardChanged{*moved}},
		},
		State{Phase: Running, SSHLocalPort: 22, Forwards: []PortForward{*up80}},
	},
	{
		"vsock",
		[]Status{booting(vsock(noVSO)), booting(vsock(noVSO), cloudInit(lineA))},
		[][]Change{append(started[:2:2], VsockChanged{*noVSO}), {Progress{*lineA}}},
		State{Phase: Starting, SSHLocalPort: 22, Vsock: *noVSO, CloudInit: *lineA},
	},
	{
		"running after a stop was asked for",
		[]Status{booting(), stopRequest, running(forward(up80)), exiting},
		[][]Change{started, {PhaseChanged{Starting, Exiting}}, {ForwardChanged{*up80}}, {Exited{}}},
		State{Phase: Exiting, StopRequested: true, Exited: true, SSHLocalPort: 22},
	},
	{
		"a stop asked for before the first event",
		[]Status{stopRequest, booting(), running()},
		[][]Change{{PhaseChanged{Unknown, Exiting}}, {SSHPortChanged{22}}, nil},
		State{Phase: Exiting, StopRequested: true, SSHLocalPort: 22},
	},
	{
		"running after exiting",
		[]Status{running(), exiting, running(forward(up80)), exiting},
		[][]Change{{PhaseChanged{Unknown, Running}, SSHPortChanged{22}}, hasEnded, nil, nil},
		State{Phase: Exiting, Exited: true, SSHLocalPort: 22},
	},
	{
		"no forwards are left at the end",
		[]Status{running(forward(up80)), exiting},
		[][]Change{{PhaseChanged{Unknown, Running}, SSHPortChanged{22}, ForwardChanged{*up80}}, hasEnded},
		State{Phase: Exiting, Exited: true, SSHLocalPort: 22},
	},
}

func TestApply(t *testing.T) {
	for _, test := range applyTests {
		t.Run(test.name, func(t *testing.T) {
			var state State
			var got [][]Change
			for _, status := range test.events {
				var changes []Change
				if reflect.DeepEqual(status, stopRequest) {
					state, changes = state.RequestStop()
				} else {
					state, changes = state.Apply(Event{Status: status})
				}
				got = append(got, changes)
			}
			if diff := cmp.Diff(test.want, got, cmpopts.EquateEmpty()); diff != "" {
				t.Errorf("changes: -want +got\n%s", diff)
			}
			if diff := cmp.Diff(test.state, state, sameState); diff != "" {
				t.Errorf("state: -want +got\n%s", diff)
			}
		})
	}
}

// sameState compares what a State shows.
var sameState = cmp.Options{cmpopts.IgnoreUnexported(State{}), cmpopts.EquateEmpty()}

// TestRunsInState: another run begins anew, and a late line of the old one does
// nothing.
func TestRunsInState(t *testing.T) {
	var state State
	apply := func(run int, status Status, want ...Change) {
		t.Helper()
		var got []Change
		state, got = state.Apply(Event{Run: run, Status: status})
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Errorf("run %d, %+v: -want +got\n%s", run, status, diff)
		}
	}
	apply(1, degraded(forward(up80)), RunStarted{1}, PhaseChanged{Unknown, Degraded}, SSHPortChanged{22},
		ErrorsChanged{[]string{"no agent"}}, ForwardChanged{*up80})
	state, _ = state.RequestStop()
	apply(2, booting(forward(up80)), RunStarted{2}, PhaseChanged{Unknown, Starting}, SSHPortChanged{22}, ForwardChanged{*up80})
	apply(1, exiting)
	apply(1, running(cloudInit(lineA)))
	want := State{Run: 2, Phase: Starting, SSHLocalPort: 22, Forwards: []PortForward{*up80}}
	if diff := cmp.Diff(want, state, sameState); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	apply(4, exiting, RunStarted{4}, PhaseChanged{Unknown, Exiting}, Exited{})
	if diff := cmp.Diff(State{Run: 4, Phase: Exiting, Exited: true}, state, sameState); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestStopBeforeTheFirstRun: a stop that is asked for while no run is known is
// meant for the first.
func TestStopBeforeTheFirstRun(t *testing.T) {
	state, _ := State{}.RequestStop()
	state, changes := state.Apply(Event{Run: 1, Status: running()})
	if diff := cmp.Diff([]Change{RunStarted{1}, PhaseChanged{Unknown, Exiting}, SSHPortChanged{22}}, changes); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if !state.StopRequested {
		t.Error("the request is forgotten")
	}
}

// TestApplyChangesNothing: a state that was kept stays as it was.
func TestApplyChangesNothing(t *testing.T) {
	var kept State
	for _, f := range []*PortForward{up80, up81} {
		kept, _ = kept.Apply(Event{Status: degraded(forward(f))})
	}
	before, err := json.Marshal(kept)
	if err != nil {
		t.Fatal(err)
	}
	for _, status := range []Status{running(forward(down)), running(forward(fails)), {Errors: []string{"x"}}, exiting} {
		kept.Apply(Event{Status: status})
		kept.Apply(Event{Run: 3, Status: status})
		kept.RequestStop()
	}
	if after, _ := json.Marshal(kept); string(after) != string(before) {
		t.Errorf("%s became %s", before, after)
	}
}

func TestPhaseAsText(t *testing.T) {
	for phase := Unknown; phase <= Exiting; phase++ {
		text, err := phase.MarshalText()
		if err != nil || string(text) != phase.String() {
			t.Errorf("%v is written as %q (%v)", phase, text, err)
		}
		var again Phase
		if err := again.UnmarshalText(text); err != nil || again != phase {
			t.Errorf("%q is read as %v (%v)", text, again, err)
		}
	}
	if err := new(Phase).UnmarshalText([]byte("Resting")); err == nil {
		t.Error("a phase of no such name was taken")
	}
	if got := Phase(9).String(); got != "Phase(9)" {
		t.Error(got)
	}
}

func TestChangesForPeople(t *testing.T) {
	for _, test := range []struct {
		change     Change
		kind, want string
	}{
		{RunStarted{2}, "run", "run 2"},
		{PhaseChanged{Starting, Running}, "phase", "Starting -> Running"},
		{SSHPortChanged{22}, "sshPort", "ssh at port 22"},
		{ErrorsChanged{[]string{"a", "b"}}, "errors", "errors: a; b"},
		{ErrorsChanged{}, "errors", "no errors any more"},
		{Progress{*lineA}, "cloudInit", "cloud-init active: a"},
		{Progress{CloudInitProgress{Completed: true}}, "cloudInit", "cloud-init completed"},
		{Progress{CloudInitProgress{LogLine: "a"}}, "cloudInit", "cloud-init inactive: a"},
		{ForwardChanged{*up80}, "forward", "forwarding tcp 0.0.0.0:80 -> 127.0.0.1:80"},
		{ForwardChanged{*not22}, "forward", "not-forwarding tcp 0.0.0.0:22"},
		{ForwardChanged{*fails}, "forward", "failed tcp 0.0.0.0:81 -> 127.0.0.1:81: busy"},
		{VsockChanged{*noVSO}, "vsock", "vsock skipped: off"},
		{VsockChanged{Vsock{Type: VsockStarted, HostAddr: "127.0.0.1:60022", VsockPort: 22}}, "vsock", "vsock started 127.0.0.1:60022 -> port 22"},
		{Exited{}, "exited", "exiting"},
		{Exited{"killed"}, "exited", "exiting: killed"},
	} {
		if got := test.change.String(); got != test.want {
			t.Errorf("%T: %q, want %q", test.change, got, test.want)
		}
		if got := test.change.Kind(); got != test.kind {
			t.Errorf("%T is of kind %q, want %q", test.change, got, test.kind)
		}
	}
}

// FuzzApply: whatever the events are, nothing panics, a phase is left only along
// the diagram, and the same event twice brings nothing the second time.
func FuzzApply(f *testing.F) {
	f.Add([]byte(everything), []byte(`{"status":{"running":true}}`))
	f.Add([]byte(`{"status":{"exiting":true}}`), []byte(`{"status":{"sshLocalPort":1}}`))
	f.Fuzz(func(t *testing.T, first, second []byte) {
		var state State
		for _, line := range [][]byte{first, second, first, first} {
			event, err := decodeEvent(line)
			if err != nil {
				return
			}
			before := state
			state, _ = state.Apply(event)
			if before.Phase > Starting && state.Phase <= Starting || before.Phase == Exiting && state.Phase != Exiting {
				t.Errorf("%s leads from %s to %s", line, before.Phase, state.Phase)
			}
		}
		event, _ := decodeEvent(first)
		if _, changes := state.Apply(event); len(changes) > 0 {
			t.Errorf("%s once more brings %v", first, changes)
		}
	})
}
