// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package hostagent

import (
	"errors"
	"os"
	"os/exec"

	"golang.org/x/sys/unix"
)

// lockFD is the descriptor with which a hostagent inherits its lock.
const lockFD = 3

func openLocked(path string) (*os.File, error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR|unix.O_NOFOLLOW, 0o600)
	if err != nil {
		return nil, err
	}
	if err := flock(file); err != nil {
		file.Close()
		return nil, err
	}
	return file, nil
}

// flock locks what was opened, not who opened it: all descriptors of one open
// file share the lock, and it lasts until the last of them is closed.
func flock(file *os.File) error {
	for {
		err := unix.Flock(int(file.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		switch {
		case errors.Is(err, unix.EWOULDBLOCK):
			return errLocked
		case !errors.Is(err, unix.EINTR):
			return err
		}
	}
}

// giveLock makes cmd inherit the lock.
func giveLock(cmd *exec.Cmd, lock *os.File) error {
	cmd.ExtraFiles = []*os.File{lock} // lockFD
	return nil
}

// inheritLock is giveLock's other end. What this process starts must not
// inherit the lock in its turn, for some of that outlives it.
func inheritLock() (*os.File, error) {
	unix.CloseOnExec(lockFD)
	lock := os.NewFile(lockFD, lockName)
	return lock, flock(lock) // it is ours already, unless nobody gave it
}

// dropLock gives the lock up, also for a subprocess that is only just starting
// and still has a copy of the descriptor.
func dropLock(lock *os.File) {
	_ = unix.Flock(int(lock.Fd()), unix.LOCK_UN)
	_ = lock.Close()
}
