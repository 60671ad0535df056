// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/lima-vm/lima/v2/pkg/limatype"
	"golang.org/x/crypto/ssh"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/filestest"
)

func newDriver(t *testing.T, inst *limatype.Instance) *Driver {
	t.Helper()
	configured, err := new(Driver).Configure(t.Context(), inst)
	if err != nil {
		t.Fatal(err)
	}
	return configured.Driver.(*Driver)
}

func newInstance(t *testing.T, user string) *limatype.Instance {
	t.Helper()
	config := &limatype.LimaYAML{User: limatype.User{Name: &user}}
	return &limatype.Instance{Dir: t.TempDir(), Disk: 1 << 20, Config: config}
}

// TestConfigure: the registered driver serves many instances in one process.
func TestConfigure(t *testing.T) {
	one, other := newInstance(t, User), newInstance(t, User)
	first, second := newDriver(t, one), newDriver(t, other)
	if dir := first.Info(t.Context()).InstanceDir; dir != one.Dir {
		t.Errorf("the first driver's folder is %q", dir)
	}
	if dir := second.Info(t.Context()).InstanceDir; dir != other.Dir {
		t.Errorf("the second driver's folder is %q", dir)
	}
	if got := *one.Config.MountType; got != limatype.REVSSHFS {
		t.Errorf("mount type is %q", got)
	}
	if info := new(Driver).Info(t.Context()); info.Name != Name || info.InstanceDir != "" {
		t.Errorf("the registered driver is %+v", info)
	}
}

func TestValidate(t *testing.T) {
	if err := newDriver(t, newInstance(t, User)).Validate(t.Context()); err != nil {
		t.Error(err)
	}
	if err := newDriver(t, newInstance(t, "somebody")).Validate(t.Context()); err == nil {
		t.Error("a user whom the guest does not know is allowed")
	}
}

// TestCreate: again on an instance that exists, as Lima asks for it.
func TestCreate(t *testing.T) {
	inst := newInstance(t, User)
	d := newDriver(t, inst)
	for range 2 {
		if err := d.Create(t.Context()); err != nil {
			t.Fatal(err)
		}
		info, err := os.Stat(filepath.Join(inst.Dir, "disk"))
		if err != nil || info.Size() != inst.Disk {
			t.Errorf("the disk is %v (%v)", info, err)
		}
	}
}

// TestCreateKeepsLarger: nothing is cut off a disk that is there.
func TestCreateKeepsLarger(t *testing.T) {
	inst := newInstance(t, User)
	path, text := filepath.Join(inst.Dir, "disk"), bytes.Repeat([]byte("precious"), int(inst.Disk/4))
	if err := os.WriteFile(path, text, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := newDriver(t, inst).Create(t.Context()); err != nil {
		t.Fatal(err)
	}
	if left, err := os.ReadFile(path); err != nil || !bytes.Equal(left, text) {
		t.Errorf("%d bytes of %d are left (%v)", len(left), len(text), err)
	}
}

// TestStopBeforeStart: Lima stops what it did not start.
func TestStopBeforeStart(t *testing.T) {
	if err := newDriver(t, newInstance(t, User)).Stop(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestHostKey(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, hostKeyFile)
	if err := writeSSHDFiles(dir); err != nil {
		t.Fatal(err)
	}
	first, err := os.ReadFile(key)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ssh.ParsePrivateKey(first); err != nil {
		t.Error(err)
	}
	if info, err := os.Stat(key); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
	if err := writeSSHDFiles(dir); err != nil {
		t.Fatal(err)
	}
	if second, err := os.ReadFile(key); err != nil || !bytes.Equal(first, second) {
		t.Errorf("the key changed at the next start (%v)", err)
	}
}

// TestTornHostKey: half a key, as a full disk left it, does not stay for good.
func TestTornHostKey(t *testing.T) {
	dir := t.TempDir()
	key := filepath.Join(dir, hostKeyFile)
	for _, torn := range []string{"", "-----BEGIN OPENSSH PRIVATE KEY-----\nb3Bl"} {
		if err := os.WriteFile(key, []byte(torn), 0o600); err != nil {
			t.Fatal(err)
		}
		if err := writeSSHDFiles(dir); err != nil {
			t.Fatal(err)
		}
		if text, err := os.ReadFile(key); err != nil {
			t.Error(err)
		} else if _, err := ssh.ParsePrivateKey(text); err != nil {
			t.Errorf("in place of %q: %v", torn, err)
		}
	}
}

// TestHostKeyOnFullDisk leaves none.
func TestHostKeyOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	filestest.FullDisk(t, func() {
		if err := writeHostKey(filepath.Join(dir, hostKeyFile)); err == nil {
			t.Error("no error")
		}
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v (%v)", left, err)
	}
}

func TestWhyEnded(t *testing.T) {
	serial := filepath.Join(t.TempDir(), "serial.log")
	if err := whyEnded(nil, serial); !errors.Is(err, errPoweredOff) {
		t.Error(err)
	}
	status := errors.New("exit status 1")
	if err := whyEnded(status, serial); err.Error() != "exit status 1" {
		t.Error(err)
	}
	if err := os.WriteFile(serial, []byte("rdd: nsguest: no sshd\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := whyEnded(status, serial); err.Error() != "exit status 1: no sshd" {
		t.Error(err)
	}
}

// TestAgentNote: Lima copies the file, so it must be there to be read.
func TestAgentNote(t *testing.T) {
	path, err := WriteAgentNote(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != agentNote {
		t.Errorf("%q (%v)", text, err)
	}
}

// TestAgentNoteOverLink: a link in the instance's folder is replaced, not followed.
func TestAgentNoteOverLink(t *testing.T) {
	dir, precious := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(precious, filepath.Join(dir, "lima-guestagent")); err != nil {
		t.Fatal(err)
	}
	if _, err := WriteAgentNote(dir); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(precious); err != nil || len(text) > 0 {
		t.Errorf("what the link names holds %q (%v)", text, err)
	}
}
