// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

// logsOf are the two logs of a recording.
func logsOf(recording string) (stdout, stderr string) {
	dir := filepath.Join("testdata", "recordings", recording)
	return filepath.Join(dir, "ha.stdout.log"), filepath.Join(dir, "ha.stderr.log")
}

// written is a folder with the logs of a hostagent that did what write says.
func written(write func(*hostagenteventstest.Hostagent)) (agent *hostagenteventstest.Hostagent, remove func()) {
	dir, err := os.MkdirTemp("", "instance-")
	if err != nil {
		panic(err)
	}
	agent = hostagenteventstest.New(dir)
	write(agent)
	agent.Close()
	return agent, func() { os.RemoveAll(dir) }
}

// The same as Watch, as a loop: leaving it ends the watch.
func ExampleEvents() {
	stdout, stderr := logsOf("12-ns-plain-stop")
	for event, err := range hostagentevents.Events(context.Background(), stdout, stderr) {
		if err != nil {
			fmt.Println(err) // the last pair
			return
		}
		if event.Status.Running {
			fmt.Println("run", event.Run, "has come to Running")
			break
		}
	}
	// Output: run 1 has come to Running
}

// The events add up to a state, and each brings its news.
func ExampleState() {
	stdout, stderr := logsOf("23-ns-portforward-ssh-failed")
	var state hostagentevents.State
	for event, err := range hostagentevents.Events(context.Background(), stdout, stderr, hostagentevents.UntilExited()) {
		if err != nil {
			fmt.Println(err)
			break
		}
		var changes []hostagentevents.Change
		state, changes = state.Apply(event)
		for _, change := range changes {
			switch change := change.(type) {
			case hostagentevents.PhaseChanged:
				fmt.Println("phase:", change.To)
			case hostagentevents.ForwardChanged:
				fmt.Println("port:", change)
			}
		}
		if state.Phase == hostagentevents.Running {
			fmt.Println(len(state.Forwards), "ports are forwarded, ssh answers at", state.SSHLocalPort)
		}
	}
	// Output:
	// phase: Starting
	// phase: Running
	// 0 ports are forwarded, ssh answers at 33515
	// port: forwarding tcp 127.0.0.1:18081 -> 127.0.0.1:18081
	// 1 ports are forwarded, ssh answers at 33515
	// port: forwarding tcp 127.0.0.1:18080 -> 127.0.0.1:18080
	// 2 ports are forwarded, ssh answers at 33515
	// port: stopping tcp 127.0.0.1:18081 -> 127.0.0.1:18081
	// 1 ports are forwarded, ssh answers at 33515
	// phase: Exiting
	// hostagentevents: the hostagent has exited
}

// A stop was asked for while the guest still boots: that it runs a moment later
// changes nothing.
func ExampleState_RequestStop() {
	var state hostagentevents.State
	state, _ = state.Apply(hostagentevents.Event{Status: hostagentevents.Status{SSHLocalPort: 60022}})
	state, _ = state.RequestStop()
	state, _ = state.Apply(hostagentevents.Event{Status: hostagentevents.Status{SSHLocalPort: 60022, Running: true}})
	fmt.Println(state.Phase)
	// Output: Exiting
}

// What a hostagent that panicked has left behind.
func ExampleExitReason() {
	_, stderr := logsOf("22-bad-vmtype")
	reason, err := hostagentevents.ExitReason(stderr)
	fmt.Println(reason, err)
	// Output: panic: runtime error: invalid memory address or nil pointer dereference <nil>
}

// Events of before a time are left out, as by Watch's begin.
func ExampleWithBegin() {
	stdout, stderr := logsOf("12-ns-plain-stop")
	begin := time.Date(2026, 11, 22, 20, 9, 0, 0, time.UTC)
	for event, err := range hostagentevents.Events(context.Background(), stdout, stderr,
		hostagentevents.WithBegin(begin), hostagentevents.UntilExited()) {
		fmt.Println(event.Status.Exiting, err)
	}
	// Output:
	// true <nil>
	// false hostagentevents: the hostagent has exited
}

// A line that is too long, and what it was cut to.
func ExampleWithMaxLineSize() {
	agent, remove := written(func(h *hostagenteventstest.Hostagent) {
		h.Start()
		h.CloudInit("a very long line of which nobody knows where it ends")
		h.Exit("")
	})
	defer remove()
	tooLong := func(bad *hostagentevents.LineError) error {
		fmt.Println(len(bad.Line), "bytes of a line:", bad.Err)
		return nil
	}
	err := hostagentevents.Watch(context.Background(), agent.Stdout, agent.Stderr, time.Time{},
		func(event hostagentevents.Event) bool { return event.Status.Exiting },
		hostagentevents.WithMaxLineSize(100), hostagentevents.WithBadLine(tooLong))
	fmt.Println("watched:", err)
	// Output:
	// 100 bytes of a line: longer than the limit
	// watched: <nil>
}

// The first bad line ends the watch.
func ExampleWithBadLine() {
	agent, remove := written(func(h *hostagenteventstest.Hostagent) {
		h.Boot()
		h.Line("null")
		h.Exit("")
	})
	defer remove()
	strict := func(bad *hostagentevents.LineError) error { return bad }
	err := hostagentevents.Watch(context.Background(), agent.Stdout, agent.Stderr, time.Time{},
		func(event hostagentevents.Event) bool { return event.Status.Exiting },
		hostagentevents.WithBadLine(strict))
	var bad *hostagentevents.LineError
	if errors.As(err, &bad) {
		fmt.Printf("%q: %v\n", bad.Line, bad.Err)
	}
	// Output: "null": not an event: no status in it
}

// Lima logs the reason just after the event: give it a second to come.
func ExampleWithReasonWait() {
	stdout, stderr := logsOf("08-vm-stop-while-booting")
	err := hostagentevents.Watch(context.Background(), stdout, stderr, time.Time{},
		func(event hostagentevents.Event) bool {
			if event.Status.Exiting {
				fmt.Println("exiting:", event.ExitReason)
			}
			return event.Status.Exiting
		}, hostagentevents.WithReasonWait(time.Second))
	fmt.Println("watched:", err)
	// Output:
	// exiting: signal: killed
	// watched: <nil>
}

// How a run ended, in an error.
func ExampleUntilExited() {
	stdout, stderr := logsOf("21-ns-driver-start-fails")
	err := hostagentevents.Watch(context.Background(), stdout, stderr, time.Time{},
		func(hostagentevents.Event) bool { return false },
		hostagentevents.UntilExited())
	fmt.Println(errors.Is(err, hostagentevents.ErrExited))
	fmt.Println(err)
	// Output:
	// true
	// hostagentevents: the hostagent has exited: nsguest: told to fail at start
}

// One run, and nothing of the next one.
func ExampleUntilReplaced() {
	agent, remove := written((*hostagenteventstest.Hostagent).Boot)
	defer remove()
	err := hostagentevents.Watch(context.Background(), agent.Stdout, agent.Stderr, time.Time{},
		func(event hostagentevents.Event) bool {
			if event.Status.Running {
				fmt.Println("run", event.Run, "has come to Running")
				agent.Boot() // killed and started again
			}
			return false
		}, hostagentevents.UntilReplaced())
	fmt.Println(errors.Is(err, hostagentevents.ErrReplaced))
	// Output:
	// run 1 has come to Running
	// true
}

// An instance that is not there (any more).
func ExampleUntilGone() {
	stdout, stderr := filepath.Join("no-such-instance", "ha.stdout.log"), filepath.Join("no-such-instance", "ha.stderr.log")
	err := hostagentevents.Watch(context.Background(), stdout, stderr, time.Time{},
		func(hostagentevents.Event) bool { return false },
		hostagentevents.UntilGone(), hostagentevents.WithPolling(10*time.Millisecond))
	fmt.Println(errors.Is(err, hostagentevents.ErrGone))
	// Output: true
}
