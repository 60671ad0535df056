// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"slices"
)

// keptLogs is how many earlier starts keep their logs, as ha.stderr.log.1 (the
// newest) and so on.
const keptLogs = 3

// A newLogs is the two logs of one start.
type newLogs struct {
	stdout, stderr *os.File
	moved          []move // of earlier logs, in order
}

type move struct{ from, to string }

// makeLogs makes the two logs of one start. Those of earlier starts are moved
// aside first: why the last one ended must not be lost to its successor. One
// that logged nothing is not kept.
func makeLogs(stdoutPath, stderrPath string) (_ *newLogs, err error) {
	logs := &newLogs{}
	defer func() {
		if err != nil {
			logs.undo()
		}
	}()
	if !isEmpty(stdoutPath) || !isEmpty(stderrPath) {
		if err := errors.Join(logs.moveAside(stdoutPath), logs.moveAside(stderrPath)); err != nil {
			return nil, err
		}
	}
	if logs.stdout, err = newLog(stdoutPath); err != nil {
		return nil, err
	}
	if logs.stderr, err = newLog(stderrPath); err != nil {
		return nil, err
	}
	return logs, nil
}

// isEmpty says that there is no log at path, or nothing in it.
func isEmpty(path string) bool {
	info, err := os.Lstat(path)
	return errors.Is(err, fs.ErrNotExist) || err == nil && info.Mode().IsRegular() && info.Size() == 0
}

// newLog makes a log where there is none, or an empty one.
func newLog(path string) (*os.File, error) {
	if isEmpty(path) {
		_ = os.Remove(path)
	}
	return os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY|os.O_APPEND, 0o600)
}

// moveAside moves path to path.1, path.1 to path.2 and so on. The oldest waits
// at the next number for [newLogs.keep] or [newLogs.undo].
func (l *newLogs) moveAside(path string) error {
	for n := keptLogs + 1; n > 0; n-- {
		m := move{numbered(path, n-1), numbered(path, n)}
		err := os.Rename(m.from, m.to)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return err
		}
		l.moved = append(l.moved, m)
	}
	return nil
}

// numbered is the path of the log of n starts ago.
func numbered(path string, n int) string {
	if n == 0 {
		return path
	}
	return fmt.Sprintf("%s.%d", path, n)
}

// close lets go of the logs, which a subprocess has open now.
func (l *newLogs) close() {
	l.stdout.Close()
	l.stderr.Close()
}

// keep is for a start that has come about: the oldest logs go.
func (l *newLogs) keep() {
	for _, log := range []*os.File{l.stdout, l.stderr} {
		_ = os.Remove(numbered(log.Name(), keptLogs+1))
	}
}

// undo is for one that has not: all is as it was before.
func (l *newLogs) undo() {
	for _, log := range []*os.File{l.stdout, l.stderr} {
		if log != nil {
			log.Close()
			_ = os.Remove(log.Name())
		}
	}
	for _, m := range slices.Backward(l.moved) {
		_ = os.Rename(m.to, m.from)
	}
}
