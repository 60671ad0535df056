// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import "slices"

// State is what the events of a hostagent add up to. The zero value is that of a
// hostagent of which nothing is known. It is a value: Apply and RequestStop
// return another one and change nothing. Runs are counted for each watch, so
// another watch wants another State.
//
//	           any event          running
//	Unknown ─────────────▶ Starting ────▶ Running
//	   │                     │   │         │  ▲
//	   │                     │   │ running,│  │ running and
//	   │                     │   │ degraded▼  │ not degraded
//	   │                     │   └─────▶ Degraded
//	   │ exiting,            │             │
//	   │ or RequestStop      ▼             ▼
//	   └─────────────────▶ Exiting ◀───────┘  (from Running, too)
//
// Running is a latch: an event that does not say it does not take it back,
// because Lima repeats an older status at times. Exiting is left only by the
// first event of another run, with which everything begins anew: neither a
// "running" that comes after a stop was asked for nor a late line of an old file
// changes it. An event may skip phases: a first one that says running leads from
// Unknown to Running.
type State struct {
	// Run is the run that all else belongs to, see [Event]; 0 before the first
	// event.
	Run   int   `json:"run"`
	Phase Phase `json:"phase"`
	// StopRequested: RequestStop was called in this run.
	StopRequested bool `json:"stopRequested,omitempty"`
	// Exited: the exiting event has come. Nothing of its run changes the state
	// any more. A hostagent that was killed wrote none.
	Exited bool `json:"exited,omitempty"`
	// ExitReason is that of the exiting event; empty if it had none.
	ExitReason string `json:"exitReason,omitempty"`
	// SSHLocalPort is the port on the host's loopback where the guest's ssh
	// answers; 0 as long as it is unknown.
	SSHLocalPort int `json:"sshLocalPort,omitempty"`
	// CloudInit is the last progress of the guest's first boot; the zero value
	// if none was reported.
	CloudInit CloudInitProgress `json:"cloudInit,omitzero"`
	// Forwards are the ports that are forwarded now, in the order in which they
	// came: one for each protocol and address in the guest. None is left when
	// the hostagent has exited.
	Forwards []PortForward `json:"forwards,omitempty"`
	// Vsock is the outcome of setting up ssh over vsock; the zero value if
	// nothing was said of it.
	Vsock Vsock `json:"vsock,omitzero"`
	// Errors are the requirements that a degraded guest does not meet.
	Errors []string `json:"errors,omitempty"`

	said said
}

// Apply returns the state after an event, and what is new in it: nothing where
// the event only repeats what was said before, or is a late one of an earlier
// run. Events must come in the order in which they were handed over. One whose
// Run is 0 belongs to the present run. A line of cloud-init that the guest logs
// twice in a row is told once: nothing tells it from a repetition.
//
// The changes come in this order: [RunStarted], [PhaseChanged],
// [SSHPortChanged], [ErrorsChanged], then [Progress], [ForwardChanged] or
// [VsockChanged], and last [Exited].
func (s State) Apply(e Event) (State, []Change) {
	var changes []Change
	switch {
	case e.Run != 0 && e.Run < s.Run:
		return s, nil
	case e.Run > s.Run:
		s = State{Run: e.Run, StopRequested: s.StopRequested && s.Run == 0}
		changes = append(changes, RunStarted{e.Run})
	}
	if s.Exited {
		return s, changes
	}
	s.applyPhase(e.Status, &changes)
	s.applyFacts(e.Status, &changes)
	if e.Status.Exiting {
		s.Exited, s.ExitReason, s.Forwards = true, e.ExitReason, nil
		return s, append(changes, Exited{e.ExitReason})
	}
	s.applyNews(e.Status, &changes)
	return s, changes
}

// RequestStop returns the state once the caller has asked the hostagent to stop:
// Exiting, whatever the guest says until then. Lima goes on waiting for the guest
// after it has been asked, and may still report that it runs.
func (s State) RequestStop() (State, []Change) {
	var changes []Change
	s.StopRequested = true
	s.enter(Exiting, &changes)
	return s, changes
}

func (s *State) applyPhase(status Status, changes *[]Change) {
	switch {
	case status.Exiting || s.StopRequested:
		s.enter(Exiting, changes)
	case status.Running && status.Degraded:
		s.enter(Degraded, changes)
	case status.Running:
		s.enter(Running, changes)
	case s.Phase == Unknown:
		s.enter(Starting, changes)
	}
}

func (s *State) enter(phase Phase, changes *[]Change) {
	if phase != s.Phase {
		*changes = append(*changes, PhaseChanged{s.Phase, phase})
		s.Phase = phase
	}
}

// applyFacts takes over what is not said once but in every event from then on.
func (s *State) applyFacts(status Status, changes *[]Change) {
	if port := status.SSHLocalPort; port != 0 && port != s.SSHLocalPort {
		s.SSHLocalPort = port
		*changes = append(*changes, SSHPortChanged{port})
	}
	recovered := status.Running && !status.Degraded
	if (len(status.Errors) > 0 || recovered) && !slices.Equal(status.Errors, s.Errors) {
		s.Errors = slices.Clone(status.Errors)
		*changes = append(*changes, ErrorsChanged{slices.Clone(status.Errors)})
	}
}

// applyNews takes over the one field that is news in an event, if any is.
func (s *State) applyNews(status Status, changes *[]Change) {
	progress, forward, vsock := s.said.news(status)
	if progress != nil {
		s.CloudInit = *progress
		*changes = append(*changes, Progress{*progress})
	}
	if forward != nil {
		s.Forwards = forwarded(s.Forwards, *forward)
		*changes = append(*changes, ForwardChanged{*forward})
	}
	if vsock != nil {
		s.Vsock = *vsock
		*changes = append(*changes, VsockChanged{*vsock})
	}
}

// forwarded is the set of forwards after a change of one. A type that is not
// known leaves it as it is.
func forwarded(set []PortForward, change PortForward) []PortForward {
	same := func(f PortForward) bool {
		return f.Protocol == change.Protocol && f.GuestAddr == change.GuestAddr
	}
	switch change.Type {
	case PortForwardForwarding:
		return append(slices.DeleteFunc(slices.Clone(set), same), change)
	case PortForwardNotForwarding, PortForwardStopping, PortForwardFailed:
		return slices.DeleteFunc(slices.Clone(set), same)
	}
	return set
}
