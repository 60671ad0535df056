// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build unix

package main

import (
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

// TestSecondSignal ends the program though standard output is stuck. Here it is a
// process of its own, which says so on standard error once it is.
func TestSecondSignal(t *testing.T) {
	agent := hostagenteventstest.New(folder(t))
	t.Cleanup(agent.Close)
	agent.Boot()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), stuckVariable+"="+agent.Dir)
	says, err := cmd.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := says.Read(make([]byte, 1)); err != nil {
		t.Error(err)
	}
	ended := make(chan struct{})
	go func() { // until the process ends
		defer close(ended)
		_ = cmd.Wait()
	}()
	again := time.NewTicker(10 * time.Millisecond)
	defer again.Stop()
	late := time.After(patience)
	for {
		select {
		case <-again.C:
			_ = cmd.Process.Signal(os.Interrupt)
			continue
		case <-late:
			t.Error("it goes on")
			_ = cmd.Process.Kill()
			<-ended
		case <-ended:
		}
		break
	}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != syscall.SIGINT {
		t.Errorf("it ended by %v", cmd.ProcessState)
	}
}
