// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"errors"
	"os"
	"os/exec"
	"syscall"

	"golang.org/x/sys/windows"
)

// openLocked opens the file for this process alone. What LockFileEx locks
// belongs to one process and is not inherited; an open file that nobody else
// may open is: others are kept out until its last handle is closed.
func openLocked(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	const shared = 0
	handle, err := windows.CreateFile(name, windows.GENERIC_READ|windows.GENERIC_WRITE, shared, nil,
		windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL|windows.FILE_FLAG_OPEN_REPARSE_POINT, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, errLocked
	}
	if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(handle), path), nil
}

// giveLock makes cmd inherit the lock.
func giveLock(cmd *exec.Cmd, lock *os.File) error {
	handle := lock.Fd()
	if err := windows.SetHandleInformation(windows.Handle(handle), windows.HANDLE_FLAG_INHERIT, windows.HANDLE_FLAG_INHERIT); err != nil {
		return err
	}
	cmd.SysProcAttr.AdditionalInheritedHandles = []syscall.Handle{syscall.Handle(handle)}
	return nil
}

// inheritLock has nothing to do: the handle is this process's until it ends,
// and os/exec hands on only what it is told to.
func inheritLock() (*os.File, error) { return nil, nil }

// dropLock gives the lock up, unless a subprocess has inherited it.
func dropLock(lock *os.File) { _ = lock.Close() }
