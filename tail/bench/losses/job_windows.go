// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"os/exec"
)

// apart does nothing: a job object would be needed to find what the process
// starts, and the outside writers end by themselves.
func apart(*exec.Cmd) {}

// end kills the process. An error means that it has ended.
func end(cmd *exec.Cmd) { _ = cmd.Process.Kill() }

func makePipe(string) error { return errors.ErrUnsupported }

func maxRSS() (int, error) { return 0, errors.ErrUnsupported }
