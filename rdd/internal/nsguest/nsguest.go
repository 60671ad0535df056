// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package nsguest is a Lima driver whose guest is no virtual machine but a
// rootless Linux namespace with a real sshd and Lima's real guest agent. It
// makes Lima's real hostagent reach Running in under a second, without an
// image, a download or a hypervisor.
//
// The guest is a process tree in user, mount, network, pid, ipc and uts
// namespaces of its own. The user who starts it is root inside; each ssh
// session runs one user namespace further in, where the same user is [User],
// uid 1000. So sshd never sees uid 0, and root and ordinary users take the same
// path. The instance's scripts run as root one namespace further in, too, and
// what they mount ends with them. The guest sees this machine's files, but
// cannot write them; /run, /tmp, /mnt, /dev and /var/log are its own.
//
// The driver runs its own program again for the guest's roles, so a program
// that registers it hands the commands [InitCommand] and [AgentCommand] to
// [Init] and [Agent]. Linux only; [Check] says whether this machine can do it.
package nsguest

import (
	_ "embed"
	"path/filepath"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
)

const (
	// Name is the driver's name, the vmType in lima.yaml.
	Name = "nsguest"
	// User is the user that ssh sessions run as. The user.name in lima.yaml
	// must say the same.
	User = "lima"

	// InitCommand runs the guest's first process. See [Init].
	InitCommand = "guest-init"
	// AgentCommand runs the guest agent inside the guest. See [Agent].
	AgentCommand = "guest-agent"

	// SSHDVariable names the environment variable that holds the path of an
	// sshd to use in place of the system's own.
	SSHDVariable = "RDD_SSHD"

	// checkOnly is the argument of InitCommand for a trial: it sets the guest
	// up as far as namespaces matter, and ends.
	checkOnly = "--check"
)

// Template is the lima.yaml of the smallest guest.
//
//go:embed template.yaml
var Template []byte

// agentNote is what stands in the guest where a virtual machine has the guest
// agent's binary.
const agentNote = "The guest agent of this guest is linked into the program that made it.\n"

// WriteAgentNote makes the file in dir that Lima takes for the guest agent's
// binary, and returns its path: the guest needs no binary, but only an instance
// with one has an agent at all.
func WriteAgentNote(dir string) (string, error) {
	path := filepath.Join(dir, "lima-guestagent")
	return path, files.Write(path, []byte(agentNote))
}
