// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/filestest"
)

// TestClaimOnFullDisk leaves nothing in a later start's way.
func TestClaimOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	pidFile := filepath.Join(dir, "ha.pid")
	filestest.FullDisk(t, func() {
		if _, err := claim(pidFile); err == nil {
			t.Error("no error")
		}
	})
	if left := contents(t, dir); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	release, err := claim(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	release()
}

// writePID writes the pid file of an instance.
func writePID(t *testing.T, dir string, pid int) (pidFile string) {
	t.Helper()
	pidFile = filepath.Join(dir, "ha.pid")
	if err := os.WriteFile(pidFile, fmt.Appendln(nil, pid), 0o600); err != nil {
		t.Fatal(err)
	}
	return pidFile
}

// TestReusedPID: what another process, or this one, has the number of by now
// bars nothing.
func TestReusedPID(t *testing.T) {
	for _, pid := range []int{os.Getpid(), os.Getppid()} {
		release, err := claim(writePID(t, t.TempDir(), pid))
		if err != nil {
			t.Fatal(err)
		}
		release()
	}
}

// TestPIDOfLimactl: its hostagent knows no lock, and is known by its command
// line, even before its socket answers.
func TestPIDOfLimactl(t *testing.T) {
	for _, test := range []struct {
		name string
		want bool // that it bars
	}{{"vm", true}, {"vm2", false}} {
		dir := filepath.Join(t.TempDir(), "vm")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		limactl := exec.Command("/bin/sh", "-c", "read end", "hostagent", "--socket", "ha.sock", test.name)
		life, err := limactl.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := limactl.Start(); err != nil {
			t.Fatal(err)
		}
		release, err := claim(writePID(t, dir, limactl.Process.Pid))
		if (err != nil) != test.want {
			t.Errorf("a hostagent of %s: %v", test.name, err)
		}
		if err == nil {
			release()
		}
		life.Close()
		_ = limactl.Wait()
	}
}

// TestSocketAnswers: whoever it is, and however it was called.
func TestSocketAnswers(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "rdd") // a short path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	listener, err := net.Listen("unix", filepath.Join(dir, "ha.sock"))
	if err != nil {
		t.Fatal(err)
	}
	defer listener.Close()
	pidFile := writePID(t, dir, os.Getppid())
	if release, err := claim(pidFile); err == nil {
		release()
		t.Error("no error")
	}
	if _, err := os.Stat(pidFile); err != nil {
		t.Error(err)
	}
}
