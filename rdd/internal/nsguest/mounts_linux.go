// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"golang.org/x/sys/unix"
)

// A step is one thing to set up. Its name is what the user reads when this
// machine does not allow it.
type step struct {
	name string
	do   func() error
}

func run(steps []step) error {
	for _, s := range steps {
		if err := s.do(); err != nil {
			return fmt.Errorf("%s: %w", s.name, err)
		}
	}
	return nil
}

// namespaceSteps make the guest's view of the machine, as far as every guest
// has the same.
func namespaceSteps() []step {
	return []step{
		{"make mounts private", makePrivate},
		{"make the root read-only", makeReadOnly},
		{"mount proc", mountProc},
		{"mount tmpfs on /run", func() error { return mountTmpfs("/run", "mode=755") }},
		{"mount tmpfs on /mnt", func() error { return mountTmpfs("/mnt", "mode=755") }},
		{"mount tmpfs on /var/log", func() error { return mountTmpfs("/var/log", "mode=755") }},
		{"make /dev", mountDev},
		{"bring lo up", loUp},
	}
}

func makePrivate() error { return unix.Mount("", "/", "", unix.MS_REC|unix.MS_PRIVATE, "") }

// makeReadOnly keeps the guest from writing this machine's files, least of all
// when it is root who started it.
func makeReadOnly() error {
	attr := unix.MountAttr{Attr_set: unix.MOUNT_ATTR_RDONLY}
	return unix.MountSetattr(unix.AT_FDCWD, "/", unix.AT_RECURSIVE, &attr)
}

func mountProc() error {
	return unix.Mount("proc", "/proc", "proc", unix.MS_NOSUID|unix.MS_NODEV|unix.MS_NOEXEC, "")
}

func mountTmpfs(dir, options string) error {
	return unix.Mount("tmpfs", dir, "tmpfs", unix.MS_NOSUID|unix.MS_NODEV, options)
}

func bind(from, to string) error { return unix.Mount(from, to, "", unix.MS_BIND, "") }

// devices are all that a guest has: read-only does not stop a write to a
// device, and the root who started the guest may own the machine's disks.
var devices = []string{"null", "zero", "full", "random", "urandom", "tty"}

var deviceLinks = map[string]string{
	"ptmx": "pts/ptmx", "fd": "/proc/self/fd",
	"stdin": "/proc/self/fd/0", "stdout": "/proc/self/fd/1", "stderr": "/proc/self/fd/2",
}

// mountDev builds the guest's /dev beside this machine's, which it needs for
// that, and then puts it in its place.
func mountDev() error {
	const dev = "/run/dev"
	if err := os.Mkdir(dev, 0o755); err != nil {
		return err
	}
	if err := unix.Mount("tmpfs", dev, "tmpfs", unix.MS_NOSUID|unix.MS_NOEXEC, "mode=755"); err != nil {
		return err
	}
	for _, name := range devices {
		if err := bindDevice(name, dev); err != nil {
			return err
		}
	}
	for name, target := range deviceLinks {
		if err := os.Symlink(target, filepath.Join(dev, name)); err != nil {
			return err
		}
	}
	if err := mountDevFolders(dev); err != nil {
		return err
	}
	return unix.Mount(dev, "/dev", "", unix.MS_MOVE, "")
}

// bindDevice leaves out what this machine's /dev does not have.
func bindDevice(name, dev string) error {
	from, to := filepath.Join("/dev", name), filepath.Join(dev, name)
	if _, err := os.Stat(from); errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err := os.WriteFile(to, nil, 0o600); err != nil {
		return err
	}
	return bind(from, to)
}

func mountDevFolders(dev string) error {
	pts, shm := filepath.Join(dev, "pts"), filepath.Join(dev, "shm")
	for _, dir := range []string{pts, shm} {
		if err := os.Mkdir(dir, 0o755); err != nil {
			return err
		}
	}
	if err := mountTmpfs(shm, "mode=1777"); err != nil {
		return err
	}
	return unix.Mount("devpts", pts, "devpts", unix.MS_NOSUID|unix.MS_NOEXEC, "newinstance,ptmxmode=0666,mode=0620")
}

func loUp() error {
	s, err := unix.Socket(unix.AF_INET, unix.SOCK_DGRAM|unix.SOCK_CLOEXEC, 0)
	if err != nil {
		return err
	}
	defer unix.Close(s)
	ifr, err := unix.NewIfreq("lo")
	if err != nil {
		return err
	}
	ifr.SetUint16(unix.IFF_UP | unix.IFF_RUNNING)
	return unix.IoctlIfreq(s, unix.SIOCSIFFLAGS, ifr)
}
