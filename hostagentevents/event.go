// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// Event is one line of ha.stdout.log, in the schema of Lima v2.2.
//
// An event is the hostagent's last status plus one piece of news. What it
// repeats from the event before it (an old PortForward, say) is not news, and
// what it does not carry has not ended: only a comparison with the event
// before tells the two apart.
//
// The fields without a name in JSON are not the hostagent's: they are set when
// its log is watched.
type Event struct {
	// Time is when the hostagent wrote the event, in nanoseconds of the wall
	// clock. It may step back when that clock does.
	Time   time.Time `json:"time,omitempty"`
	Status Status    `json:"status,omitempty"`

	// Run is the number of the run of the hostagent that wrote the event,
	// counted from 1: the files that ha.stdout.log has named while it was
	// watched, a truncated file counting as another one. An event with a Run
	// lower than one before it is a late line of an old file.
	Run int `json:"-"`
	// Replayed: the event stood in the log before the watch began.
	Replayed bool `json:"-"`
	// ExitReason is, on an event whose Status.Exiting is set, the reason that
	// this run's ha.stderr.log held when the event was handed over: its last
	// fatal line, or else its last error, of those that are not older than the
	// event by more than a second, or have no time. Empty if there was none yet.
	// Where runs share a file, lines of the second in which one begins count
	// to the run before it if they had been read by then.
	ExitReason string `json:"-"`
	// Raw is the line as it was written, without its newline and without the
	// hole before it where the file was truncated under its writer. Fields that a
	// later Lima adds are in it, and whoever uses Lima's own type decodes it
	// in one line: json.Unmarshal(event.Raw, &limaEvent).
	Raw json.RawMessage `json:"-"`
}

// Status is what a hostagent says of itself and its guest.
type Status struct {
	// Running: the guest has booted and meets all requirements that are
	// checked, or, if Degraded, the hostagent no longer waits for the rest.
	Running bool `json:"running,omitempty"`
	// Degraded: some requirement was not met; Errors says which. Only ever set
	// together with Running.
	Degraded bool `json:"degraded,omitempty"`
	// Exiting: the hostagent is about to end. It is the last event of a
	// hostagent and carries nothing else; one that is killed writes none. The
	// reason is in ha.stderr.log.
	Exiting bool `json:"exiting,omitempty"`

	// Errors are the requirements that a degraded guest does not meet.
	Errors []string `json:"errors,omitempty"`

	// SSHLocalPort is the port on the host's loopback where the guest's ssh
	// answers; zero as long as it is unknown.
	SSHLocalPort int `json:"sshLocalPort,omitempty"`

	// CloudInitProgress is set while the guest's boot is being reported.
	CloudInitProgress *CloudInitProgress `json:"cloudInitProgress,omitempty"`
	// PortForward is the last change of a port forward.
	PortForward *PortForward `json:"portForward,omitempty"`
	// Vsock is the outcome of setting up ssh over vsock (VZ guests only).
	Vsock *Vsock `json:"vsock,omitempty"`
}

// CloudInitProgress reports the guest's first boot, a line at a time.
type CloudInitProgress struct {
	// LogLine is a line of the guest's cloud-init log.
	LogLine string `json:"logLine,omitempty"`
	// Completed: cloud-init has finished.
	Completed bool `json:"completed,omitempty"`
	// Active: the log is being followed.
	Active bool `json:"active,omitempty"`
}

// PortForward is a change of one port forwarded from the host to the guest.
type PortForward struct {
	Type PortForwardType `json:"type"`
	// Protocol is "tcp" or "udp".
	Protocol string `json:"protocol,omitempty"`
	// GuestAddr is host:port inside the guest.
	GuestAddr string `json:"guestAddr,omitempty"`
	// HostAddr is host:port on the host or the path of a socket; empty for a
	// port that is not forwarded.
	HostAddr string `json:"hostAddr,omitempty"`
	// Error is the reason of a PortForwardFailed.
	Error string `json:"error,omitempty"`
}

// PortForwardType says what became of a port forward. A later Lima may send
// values that are not listed here.
type PortForwardType string

// The types of Lima v2.2.
const (
	// PortForwardForwarding is sent before the host listens. A host port that
	// is already taken gives the same event, and a warning on stderr.
	PortForwardForwarding PortForwardType = "forwarding"
	// PortForwardNotForwarding is a guest port which the rules leave alone.
	PortForwardNotForwarding PortForwardType = "not-forwarding"
	// PortForwardStopping is a guest port that has been closed.
	PortForwardStopping PortForwardType = "stopping"
	// PortForwardFailed is defined by Lima v2.2 and never sent by it.
	PortForwardFailed PortForwardType = "failed"
)

// Vsock is the outcome of setting up ssh over vsock.
type Vsock struct {
	Type VsockType `json:"type"`
	// HostAddr is the host:port that leads to the guest's vsock port.
	HostAddr string `json:"hostAddr,omitempty"`
	// VsockPort is the port inside the guest.
	VsockPort int `json:"vsockPort,omitempty"`
	// Reason is why the forwarder was skipped or failed.
	Reason string `json:"reason,omitempty"`
}

// VsockType says what became of the vsock forwarder. A later Lima may send
// values that are not listed here.
type VsockType string

// The types of Lima v2.2.
const (
	VsockStarted VsockType = "started"
	VsockSkipped VsockType = "skipped"
	VsockFailed  VsockType = "failed"
)

// errNoStatus is a line that is JSON, but not an event.
var errNoStatus = errors.New("no status in it")

// decodeEvent reads one line, and keeps a copy of it. A line without a status
// is refused: taken as an event it would say that nothing runs any more.
func decodeEvent(line []byte) (Event, error) {
	line = bytes.TrimSpace(behindHole(line))
	var wire struct {
		Time   time.Time `json:"time"`
		Status *Status   `json:"status"`
	}
	if err := json.Unmarshal(line, &wire); err != nil {
		return Event{}, fmt.Errorf("not an event: %w", err)
	}
	if wire.Status == nil {
		return Event{}, fmt.Errorf("not an event: %w", errNoStatus)
	}
	return Event{Time: wire.Time, Status: *wire.Status, Raw: bytes.Clone(line)}, nil
}

// behindHole leaves out the zero bytes before a line. A hostagent does not append:
// where its file is truncated, it goes on at the offset that it had reached.
func behindHole(line []byte) []byte { return bytes.TrimLeft(line, "\x00") }
