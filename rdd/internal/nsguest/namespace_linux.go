// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"os"
	"os/exec"
	"syscall"
)

const (
	cloneGuest = syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS | syscall.CLONE_NEWNET |
		syscall.CLONE_NEWPID | syscall.CLONE_NEWIPC | syscall.CLONE_NEWUTS

	// userID is uid and gid of [User].
	userID = 1000
)

// initCommand is the guest's first process, in namespaces of its own, where the
// caller is root.
func initCommand(args ...string) (*exec.Cmd, error) {
	self, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(self, append([]string{InitCommand}, args...)...)
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Setpgid:     true, // Ctrl-C is for the one who keeps the guest
		Cloneflags:  cloneGuest,
		UidMappings: oneID(0, os.Geteuid()),
		GidMappings: oneID(0, os.Getegid()),
	}
	return cmd, nil
}

// asUser runs a command of the guest's root as [User], one user namespace
// further in.
func asUser(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: oneID(userID, 0),
		GidMappings: oneID(userID, 0),
	}
	return cmd
}

// asInnerRoot runs a command of the guest's root as a root one user namespace
// further in, with a view of the mounts of its own. There the kernel lets nobody
// make a mount writable, or take one away, that came from outside.
func asInnerRoot(cmd *exec.Cmd) *exec.Cmd {
	cmd.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER | syscall.CLONE_NEWNS,
		UidMappings: oneID(0, 0),
		GidMappings: oneID(0, 0),
	}
	return cmd
}

func oneID(inside, outside int) []syscall.SysProcIDMap {
	return []syscall.SysProcIDMap{{ContainerID: inside, HostID: outside, Size: 1}}
}
