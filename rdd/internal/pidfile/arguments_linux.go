// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package pidfile

import (
	"fmt"
	"os"
	"strings"
)

// arguments is how a process was called; empty for one that has ended and was
// not waited for yet, and for the kernel's own.
func arguments(pid int) ([]string, error) {
	line, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err != nil {
		return nil, err
	}
	return strings.Split(strings.TrimSuffix(string(line), "\x00"), "\x00"), nil
}
