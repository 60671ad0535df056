// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagenteventstest

import "github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"

// Boot is a start that goes well: new logs, the ssh port, a few steps of
// cloud-init, and Running.
func (h *Hostagent) Boot() {
	h.begin()
	h.CloudInitDone("Cloud-init v. 24 finished")
	h.Running()
}

// BootDegraded is a start after which requirements are not met: those in errors,
// or one of Lima's if there are none.
func (h *Hostagent) BootDegraded(errors ...string) {
	h.begin()
	if len(errors) == 0 {
		errors = []string{"guest agent does not seem to be running; port forwards will not work"}
	}
	h.Degraded(errors...)
}

// Restart is an orderly Exit and another Boot.
func (h *Hostagent) Restart() {
	h.Exit("")
	h.Boot()
}

func (h *Hostagent) begin() {
	h.Start()
	h.Log("info", "Starting QEMU")
	h.SSHPort(h.port)
	h.Log("info", "Waiting for the essential requirement 1 of 3: `ssh`")
	h.CloudInit("")
	h.CloudInit("Cloud-init v. 24 running 'init'")
}

// Exit is the end of a hostagent: the exiting event and then, as Lima has it, the
// reason as a fatal line of the log; "" is an orderly stop, which has none.
func (h *Hostagent) Exit(reason string) {
	h.Log("info", "Shutting down the host agent")
	h.Event(hostagentevents.Status{Exiting: true})
	if reason != "" {
		h.Log("fatal", reason)
	}
	h.Close()
}

// Crash is a hostagent that panics: a Go panic in the log, and no event. For one
// that is killed there is [Hostagent.Close].
func (h *Hostagent) Crash() {
	for _, line := range []string{
		"panic: runtime error: invalid memory address or nil pointer dereference",
		"[signal SIGSEGV: segmentation violation code=0x1 addr=0xd0 pc=0x11b872c]",
		"",
		"goroutine 1 [running]:",
		"main.main()",
	} {
		h.LogLine(line)
	}
	h.Close()
}

// badLines are no events, each in its own way.
var badLines = []string{
	`{"time":"2026-01-02T03:04:05Z","status":{"runn`,
	`{"status":{}}{"status":{}}`,
	`panic: runtime error`,
	`null`,
	`{"time":"2026-01-02T03:04:05Z"}`,
	`{"status":{"sshLocalPort":"60022"}}`,
	"\x00\x00\x00",
}

// BadLines writes lines to ha.stdout.log that are no events, and returns how many
// they are.
func (h *Hostagent) BadLines() int {
	for _, line := range badLines {
		h.Line(line)
	}
	return len(badLines)
}

// SSHPort says at which port of the host the guest's ssh will answer. It is
// the first event of a start, and the port is kept for those to come.
func (h *Hostagent) SSHPort(port int) {
	h.port = port
	h.Event(hostagentevents.Status{SSHLocalPort: port})
}

// CloudInit reports a line of the guest's first boot; "" says that it is being
// followed now.
func (h *Hostagent) CloudInit(line string) {
	h.news(func(s *hostagentevents.Status) {
		s.CloudInitProgress = &hostagentevents.CloudInitProgress{LogLine: line, Active: true}
	})
}

// CloudInitDone reports the last line of the guest's first boot.
func (h *Hostagent) CloudInitDone(line string) {
	h.news(func(s *hostagentevents.Status) {
		s.CloudInitProgress = &hostagentevents.CloudInitProgress{LogLine: line, Completed: true}
	})
}

// Forward reports the change of a port forward.
func (h *Hostagent) Forward(change hostagentevents.PortForward) {
	h.news(func(s *hostagentevents.Status) { s.PortForward = &change })
}

// Vsock reports the outcome of setting up ssh over vsock.
func (h *Hostagent) Vsock(outcome hostagentevents.Vsock) {
	h.news(func(s *hostagentevents.Status) { s.Vsock = &outcome })
}

// Running says that the guest meets all requirements. It repeats nothing but the
// port.
func (h *Hostagent) Running() {
	h.Event(hostagentevents.Status{Running: true, SSHLocalPort: h.port})
}

// Degraded says that the guest runs and does not meet these requirements.
func (h *Hostagent) Degraded(errors ...string) {
	h.Event(hostagentevents.Status{Running: true, Degraded: true, Errors: errors, SSHLocalPort: h.port})
}

// news writes the last status with something changed.
func (h *Hostagent) news(change func(*hostagentevents.Status)) {
	status := h.status
	change(&status)
	h.Event(status)
}
