// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package pidfile

import (
	"errors"
	"unsafe"

	"golang.org/x/sys/windows"
)

// arguments is how a process was called.
func arguments(pid int) ([]string, error) {
	process, err := windows.OpenProcess(windows.PROCESS_QUERY_LIMITED_INFORMATION, false, uint32(pid))
	if err != nil {
		return nil, err
	}
	defer func() { _ = windows.CloseHandle(process) }()
	const longest = 1 << 16 // of the line in bytes, which its length below counts in 16 bits
	var line struct {
		windows.NTUnicodeString // of text
		text                    [longest / 2]uint16
	}
	err = windows.NtQueryInformationProcess(process, windows.ProcessCommandLineInformation,
		unsafe.Pointer(&line), uint32(unsafe.Sizeof(line)), nil)
	if err != nil {
		return nil, err
	}
	return windows.DecomposeCommandLine(line.String())
}

// ended says that there is no such process, or that only others' handles are
// left of it.
func ended(pid int) bool {
	process, err := windows.OpenProcess(windows.SYNCHRONIZE, false, uint32(pid))
	if err != nil {
		return errors.Is(err, windows.ERROR_INVALID_PARAMETER)
	}
	defer func() { _ = windows.CloseHandle(process) }()
	event, err := windows.WaitForSingleObject(process, 0)
	return err == nil && event == windows.WAIT_OBJECT_0
}
