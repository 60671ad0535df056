// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux && !windows

package pidfile

import (
	"fmt"
	"os/exec"
	"strconv"
	"strings"
)

// arguments is how a process was called, split at each blank. One that has ended
// and was not waited for yet has its name alone.
func arguments(pid int) ([]string, error) {
	line, err := exec.Command("ps", "-ww", "-o", "args=", "-p", strconv.Itoa(pid)).Output()
	if err != nil {
		return nil, fmt.Errorf("ps: %w", err)
	}
	return strings.Fields(string(line)), nil
}
