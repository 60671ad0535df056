// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package orphans

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strconv"

	"golang.org/x/sys/unix"
)

// Adopt makes this process the parent of its descendants whose own parent ends,
// for as long as it lives.
func Adopt() error {
	if err := unix.Prctl(unix.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0); err != nil {
		return fmt.Errorf("orphans: adopt: %w", err)
	}
	return nil
}

// Wait returns when this process has no children left. Those that remain when
// ctx ends are killed and named in the error.
//
// Nobody else may be waiting for a child at the same time: Wait takes them all.
func Wait(ctx context.Context) error {
	ended := make(chan os.Signal, 1)
	signal.Notify(ended, unix.SIGCHLD)
	defer signal.Stop(ended)
	var killed []string
	for alone := reap(); !alone; alone = reap() {
		select {
		case <-ended:
		case <-ctx.Done():
			killed = append(killed, killChildren()...)
			<-ended // a killed child ends
		}
	}
	if len(killed) > 0 {
		slices.Sort(killed)
		return fmt.Errorf("orphans: had to kill %q: %w", slices.Compact(killed), context.Cause(ctx))
	}
	return nil
}

// reap takes note of all children that have ended, and says whether no other is
// left.
func reap() (alone bool) {
	for {
		pid, err := unix.Wait4(-1, nil, unix.WNOHANG, nil)
		switch {
		case errors.Is(err, unix.ECHILD):
			return true
		case pid == 0:
			return false
		}
	}
}

func killChildren() (names []string) {
	folders, _ := filepath.Glob("/proc/[0-9]*")
	for _, folder := range folders {
		stat, err := os.ReadFile(filepath.Join(folder, "stat"))
		if err != nil {
			continue // it has ended meanwhile
		}
		if name, parent := parseStat(stat); parent == os.Getpid() {
			pid, _ := strconv.Atoi(filepath.Base(folder))
			_ = unix.Kill(pid, unix.SIGKILL)
			names = append(names, name)
		}
	}
	return names
}

// parseStat reads "pid (name) state parent ...". The name may hold anything,
// parentheses and blanks included. A process that has ended has no parent here.
func parseStat(stat []byte) (name string, parent int) {
	open, end := bytes.IndexByte(stat, '('), bytes.LastIndexByte(stat, ')')
	if open < 0 || end < open {
		return "", 0
	}
	if fields := bytes.Fields(stat[end+1:]); len(fields) > 1 && string(fields[0]) != "Z" {
		parent, _ = strconv.Atoi(string(fields[1]))
	}
	return string(stat[open+1 : end]), parent
}
