// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

// apart lets cmd mount what it likes: nobody else sees it.
func apart(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	return cmd
}

// TestGuestInitByHand: who calls it, perhaps for its help and as root, keeps the
// mounts of the machine.
func TestGuestInitByHand(t *testing.T) {
	rddtest.NeedGuest(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	for _, arg := range []string{"--help", "--check", "/nowhere"} {
		out, err := apart(exec.Command(self, nsguest.InitCommand, arg)).CombinedOutput()
		if err == nil || !strings.Contains(string(out), "guest-init is for the driver to call") {
			t.Errorf("%s: %v: %s", arg, err, out)
		}
	}
}

// TestGuestAgentByHand leaves nothing in the machine's /run.
func TestGuestAgentByHand(t *testing.T) {
	rddtest.NeedGuest(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const script = `mount -t tmpfs none /run && "$0" guest-agent 3</dev/null; ls -A /run`
	out, err := apart(exec.Command("/bin/sh", "-c", script, self)).Output()
	if err != nil || len(out) > 0 {
		t.Errorf("left: %s (%v)", out, err)
	}
}
