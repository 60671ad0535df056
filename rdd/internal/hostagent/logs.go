// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
)

// keptLogs is how many earlier starts keep their logs, as ha.stderr.log.1 (the
// newest) and so on.
const keptLogs = 3

// newLogs makes the two logs of one start. Those of earlier starts are moved
// aside first: why the last one ended must not be lost to its successor.
func newLogs(stdoutPath, stderrPath string) (stdout, stderr *os.File, err error) {
	if stdout, err = newLog(stdoutPath); err != nil {
		return nil, nil, err
	}
	if stderr, err = newLog(stderrPath); err != nil {
		stdout.Close()
		return nil, nil, err
	}
	return stdout, stderr, nil
}

func newLog(path string) (*os.File, error) {
	if err := rotate(path); err != nil {
		return nil, err
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
}

// rotate moves path to path.1, path.1 to path.2 and so on; the oldest is lost.
func rotate(path string) error {
	for n := keptLogs; n > 0; n-- {
		from := path
		if n > 1 {
			from = fmt.Sprintf("%s.%d", path, n-1)
		}
		if err := os.Rename(from, fmt.Sprintf("%s.%d", path, n)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return nil
}
