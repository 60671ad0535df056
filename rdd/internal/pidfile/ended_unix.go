// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !windows

package pidfile

import (
	"errors"

	"golang.org/x/sys/unix"
)

// ended says that there is no such process.
func ended(pid int) bool { return errors.Is(unix.Kill(pid, 0), unix.ESRCH) }
