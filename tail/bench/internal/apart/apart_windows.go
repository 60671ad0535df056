// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package apart

import (
	"os/exec"
	"unsafe"

	"golang.org/x/sys/windows"
)

// apart does nothing here: the process sees to it itself, by Bequeath.
func apart(*exec.Cmd) {}

// end kills the process, and with it what it has started. An error means that
// it has ended.
func end(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

// Bequeath is called by a process that Run has started, before it starts
// others. It makes them all one job, which ends when this process does.
func Bequeath() error {
	job, err := windows.CreateJobObject(nil, nil)
	if err != nil {
		return err
	}
	var info windows.JOBOBJECT_EXTENDED_LIMIT_INFORMATION
	info.BasicLimitInformation.LimitFlags = windows.JOB_OBJECT_LIMIT_KILL_ON_JOB_CLOSE
	_, err = windows.SetInformationJobObject(job, windows.JobObjectExtendedLimitInformation,
		uintptr(unsafe.Pointer(&info)), uint32(unsafe.Sizeof(info)))
	if err != nil {
		return err
	}
	return windows.AssignProcessToJobObject(job, windows.CurrentProcess()) // the handle is closed by the process's end
}
