// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package apart runs a program in a process of its own and with a limit in
// time, so that one that exits, hangs or is measured does so alone.
package apart

import (
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"time"
)

// The process writes into files: what it has started and left behind would hold
// a pipe open.
const stdoutName, stderrName = "stdout", "stderr"

// Ended is how a process has ended.
type Ended struct {
	Late   bool   // it was still running at the limit
	Err    error  // of its Wait
	Stdout []byte // what it printed
	Stderr string // the end of what it wrote to standard error
}

// Run runs cmd, whose output goes to files in dir, and ends it and what it
// started after the limit. An error is one of running it.
func Run(cmd *exec.Cmd, dir string, limit time.Duration) (Ended, error) {
	e, err := within(cmd, dir, limit)
	if err != nil {
		return e, err
	}
	if e.Stdout, err = os.ReadFile(filepath.Join(dir, stdoutName)); err != nil {
		return e, err
	}
	e.Stderr, err = ending(filepath.Join(dir, stderrName))
	return e, err
}

func within(cmd *exec.Cmd, dir string, limit time.Duration) (e Ended, err error) {
	for name, f := range map[string]*io.Writer{stdoutName: &cmd.Stdout, stderrName: &cmd.Stderr} {
		file, err := os.Create(filepath.Join(dir, name))
		if err != nil {
			return e, err
		}
		defer file.Close() //nolint:revive // there are two
		*f = file
	}
	apart(cmd)
	if err := cmd.Start(); err != nil {
		return e, err
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		e.Err = cmd.Wait()
	}()
	late := false
	select {
	case <-done:
	case <-time.After(limit):
		late = true
	}
	end(cmd)
	<-done
	e.Late = late
	return e, nil
}

// ending is the last of a file.
func ending(path string) (string, error) {
	const most = 2048
	b, err := os.ReadFile(path)
	return string(b[max(0, len(b)-most):]), err
}
