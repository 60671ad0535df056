// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"

	"golang.org/x/crypto/ssh"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
)

const (
	hostKeyFile    = "ssh_host_ed25519_key"
	sshdConfigFile = "sshd_config"
)

// sshdConfig speaks of /run, where the guest keeps its copies. Keys alone let
// anybody in: the port is open to every user of this machine.
const sshdConfig = `HostKey /run/ssh_host_ed25519_key
AuthorizedKeysFile /run/user.pub
AuthenticationMethods publickey
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
AllowStreamLocalForwarding yes
PidFile none
PrintMotd no
PrintLastLog no
SetEnv PATH=/run/guestbin:/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin
Subsystem sftp internal-sftp
`

// writeSSHDFiles leaves sshd's configuration and host key in the instance's
// folder. The key stays the same from start to start, unless it is none.
func writeSSHDFiles(dir string) error {
	if err := files.Write(filepath.Join(dir, sshdConfigFile), []byte(sshdConfig)); err != nil {
		return err
	}
	key := filepath.Join(dir, hostKeyFile)
	text, err := os.ReadFile(key)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if _, err := ssh.ParsePrivateKey(text); err == nil {
		return nil
	}
	return writeHostKey(key)
}

func writeHostKey(path string) error {
	_, private, err := ed25519.GenerateKey(nil)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(private, "")
	if err != nil {
		return err
	}
	return files.Write(path, pem.EncodeToMemory(block))
}

// sshdPaths are where packages put sshd; an ordinary user's PATH seldom has
// them.
var sshdPaths = []string{"/usr/sbin/sshd", "/usr/local/sbin/sshd", "/sbin/sshd", "/usr/bin/sshd"}

func findSSHD() (string, error) {
	if path := os.Getenv(SSHDVariable); path != "" {
		return exec.LookPath(path)
	}
	for _, path := range sshdPaths {
		if found, err := exec.LookPath(path); err == nil {
			return found, nil
		}
	}
	return exec.LookPath("sshd")
}
