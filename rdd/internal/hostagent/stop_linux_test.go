// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"context"
	"os/exec"
	"strings"
	"syscall"
	"testing"
)

// stand is a process in a hostagent's place that runs a shell's script.
func stand(t *testing.T, script string) *Process {
	t.Helper()
	p := &Process{Stderr: t.TempDir() + "/none", cmd: exec.Command("/bin/sh", "-c", script), done: make(chan struct{})}
	var err error
	if p.life, err = p.cmd.StdinPipe(); err != nil {
		t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		t.Fatal(err)
	}
	go p.wait()
	return p
}

// TestStopOfEnded: a hostagent that has ended is killed by nobody, however
// little time there is to stop it.
func TestStopOfEnded(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	for range 20 { // select is fair: one alone could pass by chance
		p := stand(t, "exit 0")
		<-p.Done()
		if err := p.Stop(ctx); err != nil {
			t.Fatal(err)
		}
	}
	p := stand(t, "exit 3")
	<-p.Done()
	if err := p.Stop(ctx); err == nil || !strings.HasSuffix(err.Error(), "exit status 3") {
		t.Errorf("error: %v", err)
	}
}

// TestErrAfterStop: to end by the very signal is to end as one was asked to.
func TestErrAfterStop(t *testing.T) {
	p := stand(t, "exec cat")
	if err := p.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	if err := p.Err(); err != nil {
		t.Errorf("Stop returned nil, Err says: %v", err)
	}
}

// TestErrUnasked: the same signal, from somebody else.
func TestErrUnasked(t *testing.T) {
	p := stand(t, "exec cat")
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-p.Done()
	if err := p.Err(); err == nil {
		t.Error("no error")
	}
}
