// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

// TestTerminal: progress is a last line that is written over.
func TestTerminal(t *testing.T) {
	s := newSession(t)
	s.terminal = true
	agent := s.instance("vm")
	agent.Start()
	agent.SSHPort(22)
	s.on["vm boots"] = func() {
		agent.CloudInit("one \x1b[31mred\x1b[0m line")
		agent.CloudInit(strings.Repeat("x", 100))
		agent.Running()
	}
	s.on["Starting -> Running"] = s.interrupt
	const erase, stamp = "\r\x1b[K", "2026-01-02 03:04:05  vm  "
	s.check(s.run("vm"), exitOK, stamp+"run 1\n"+stamp+"Unknown -> Starting\n"+stamp+"ssh at port 22\n"+
		"vm boots"+erase+"vm boots: one [31mred[0m line"+erase+"vm boots: "+strings.Repeat("x", width-10)+erase+
		stamp+"Starting -> Running\n", "")
}

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

// TestSeveralBoot: what another instance does shows again when one has booted.
func TestSeveralBoot(t *testing.T) {
	var out bytes.Buffer
	s := &screen{out: &out, err: &out}
	booting := func(instance string, phase hostagentevents.Phase) news {
		return news{instance: instance, state: hostagentevents.State{Phase: phase}}
	}
	print := s.printer(false, true)
	for _, n := range []news{booting("a", hostagentevents.Starting), booting("b", hostagentevents.Starting), booting("b", hostagentevents.Running)} {
		if err := print(n); err != nil {
			t.Error(err)
		}
	}
	s.complain("note")
	const erase = "\r\x1b[K"
	want := "a boots" + erase + "b boots" + erase + "a boots" + erase + "hostagentevents: note\n"
	if diff := cmp.Diff(want, out.String()); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

func TestIsTerminal(t *testing.T) {
	f, err := os.Create(filepath.Join(folder(t), "file"))
	if err != nil {
		t.Fatal(err)
	}
	if isTerminal(f) {
		t.Error("a file is taken for a terminal")
	}
	f.Close()
	if isTerminal(f) {
		t.Error("a closed file is taken for a terminal")
	}
}
