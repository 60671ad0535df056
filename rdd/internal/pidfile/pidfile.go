// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package pidfile tells a pid file whose process runs from a stale one, whose
// number may be another process's by now.
//
// A crash, of a process or of the machine, leaves its pid files, and numbers are
// given out again, after a boot or in a container soon. So a process is known by
// its command line. No process is ever signaled.
package pidfile

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// RemoveStale removes the pid file at path, if there is one, unless it names a
// process that runs and whose arguments, program included, are those of its
// writer. It must be called only when nobody may be writing the file. That the
// arguments cannot be read is an error, and the file stays.
func RemoveStale(path string, ofWriter func(args []string) bool) (removed bool, err error) {
	text, err := os.ReadFile(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	if pid, err := strconv.Atoi(strings.TrimSpace(string(text))); err == nil && pid > 0 {
		if runs, err := runs(pid, ofWriter); err != nil {
			return false, fmt.Errorf("whether process %d is still the one of %s: %w", pid, path, err)
		} else if runs {
			return false, nil
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return false, err
	}
	return true, nil
}

// runs says whether the process is still the file's writer. This one is not, for
// it has not written yet.
func runs(pid int, ofWriter func(args []string) bool) (bool, error) {
	if pid == os.Getpid() {
		return false, nil
	}
	args, err := arguments(pid)
	switch {
	case err == nil:
		return ofWriter(args), nil
	case ended(pid):
		return false, nil
	}
	return false, err
}

// Mention says whether a command line names a file or folder, or what is below
// it. Some systems tell arguments as one text, blanks and all, and how many
// blanks there were is lost.
func Mention(args []string, path string) bool {
	line, path := oneBlank(strings.Join(args, " "))+" ", oneBlank(path)
	return strings.Contains(line, path+" ") || strings.Contains(line, path+string(filepath.Separator))
}

func oneBlank(text string) string { return strings.Join(strings.Fields(text), " ") }
