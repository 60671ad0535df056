// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"strings"
	"testing"
)

// TestInterruptedBoot: no progress is left where the shell's prompt comes next.
func TestInterruptedBoot(t *testing.T) {
	s := newSession(t)
	s.terminal = true
	agent := s.instance("vm")
	agent.Start()
	agent.SSHPort(22)
	s.on["vm boots"] = s.interrupt
	if code := s.run("vm"); code != exitOK || !strings.HasSuffix(s.out.String(), "vm boots\r\x1b[K") {
		t.Errorf("exit code %d: %q", code, &s.out)
	}
}
