// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"fmt"
	"strings"
)

// Change is one piece of news, as [State.Apply] finds it: one of the types
// [RunStarted], [PhaseChanged], [SSHPortChanged], [ErrorsChanged], [Progress],
// [ForwardChanged], [VsockChanged] and [Exited]. All of them are values that can
// be encoded as JSON.
type Change interface {
	// Kind is a word for the type, for logs and JSON: "run", "phase",
	// "sshPort", "errors", "cloudInit", "forward", "vsock" or "exited".
	Kind() string
	// String is a line for people. Its wording may change.
	String() string
}

// RunStarted is the first event of another run of the hostagent.
type RunStarted struct {
	Run int `json:"run"` // its number
}

// PhaseChanged leads from one phase to another one.
type PhaseChanged struct {
	From Phase `json:"from"`
	To   Phase `json:"to"`
}

// SSHPortChanged is the port on the host's loopback where ssh will answer.
type SSHPortChanged struct {
	Port int `json:"port"`
}

// ErrorsChanged is the requirements that a degraded guest does not meet; none
// once it meets them all.
type ErrorsChanged struct {
	Errors []string `json:"errors"`
}

// Progress is a step of the guest's first boot.
type Progress struct{ CloudInitProgress }

// ForwardChanged is a change of one port forward.
type ForwardChanged struct{ PortForward }

// VsockChanged is the outcome of setting up ssh over vsock.
type VsockChanged struct{ Vsock }

// Exited is the last word of a hostagent. Its process ends within moments.
type Exited struct {
	Reason string `json:"reason,omitempty"` // as in [Event]
}

// Kind is "run".
func (RunStarted) Kind() string { return "run" }

// Kind is "phase".
func (PhaseChanged) Kind() string { return "phase" }

// Kind is "sshPort".
func (SSHPortChanged) Kind() string { return "sshPort" }

// Kind is "errors".
func (ErrorsChanged) Kind() string { return "errors" }

// Kind is "cloudInit".
func (Progress) Kind() string { return "cloudInit" }

// Kind is "forward".
func (ForwardChanged) Kind() string { return "forward" }

// Kind is "vsock".
func (VsockChanged) Kind() string { return "vsock" }

// Kind is "exited".
func (Exited) Kind() string { return "exited" }

func (c RunStarted) String() string     { return fmt.Sprintf("run %d", c.Run) }
func (c PhaseChanged) String() string   { return fmt.Sprintf("%s -> %s", c.From, c.To) }
func (c SSHPortChanged) String() string { return fmt.Sprintf("ssh at port %d", c.Port) }

func (c ErrorsChanged) String() string {
	if len(c.Errors) == 0 {
		return "no errors any more"
	}
	return "errors: " + strings.Join(c.Errors, "; ")
}

func (c Progress) String() string {
	state := "active"
	switch {
	case c.Completed:
		state = "completed"
	case !c.Active:
		state = "inactive"
	}
	return words("cloud-init "+state, c.LogLine)
}

func (c ForwardChanged) String() string {
	ends := c.GuestAddr
	if c.HostAddr != "" {
		ends += " -> " + c.HostAddr
	}
	return words(strings.TrimSpace(fmt.Sprintf("%s %s %s", c.Type, c.Protocol, ends)), c.Error)
}

func (c VsockChanged) String() string {
	text := fmt.Sprintf("vsock %s", c.Type)
	if c.VsockPort != 0 {
		text += fmt.Sprintf(" %s -> port %d", c.HostAddr, c.VsockPort)
	}
	return words(text, c.Reason)
}

func (c Exited) String() string { return words("exiting", c.Reason) }

// words puts a detail behind a text, where there is one.
func words(text, detail string) string {
	if detail == "" {
		return text
	}
	return text + ": " + detail
}
