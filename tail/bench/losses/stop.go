// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"github.com/nxadm/tail/ratelimiter"
)

func stopRows() []row {
	pipe := stopRow("Stop: a named pipe without a writer", playStopPipe)
	if runtime.GOOS == "windows" {
		pipe.without = "needs mkfifo"
	}
	return []row{
		stopRow("Stop: nobody reads Lines", playStopUnread),
		pipe,
		stopRow("Stop: the rate limiter is full", playStopLimited),
	}
}

func stopRow(situation string, play func(contestant, string) (result, error)) row {
	return row{
		situation: situation, counts: []string{"Stop"},
		must: "returns", met: says("returns"), play: play, libraries: true,
	}
}

// stopping gives the follower time to come to where it waits, and stops it.
func stopping(f follower, err error) (result, error) {
	if err != nil {
		return result{}, err
	}
	time.Sleep(200 * time.Millisecond)
	return word(bounded(func() { _ = f.Stop() })), nil
}

func playStopUnread(c contestant, dir string) (result, error) {
	f, err := c.follow(filepath.Join(dir, "log"), options{})
	if err == nil {
		err = appendTo(filepath.Join(dir, "log"), strings.Repeat("a line\n", 10))
	}
	return stopping(f, err)
}

func playStopPipe(c contestant, dir string) (result, error) {
	path := filepath.Join(dir, "pipe")
	if err := makePipe(path); err != nil {
		return result{}, err
	}
	return stopping(c.open(path, options{pipe: true}))
}

// playStopLimited reads what comes through a bucket that holds two lines and
// never leaks.
func playStopLimited(c contestant, dir string) (result, error) {
	path := filepath.Join(dir, "log")
	f, err := c.follow(path, options{bucket: ratelimiter.NewLeakyBucket(2, time.Hour)})
	if err == nil {
		err = appendTo(path, strings.Repeat("a line\n", 10))
	}
	for range 2 {
		if err == nil {
			f.next(time.After(time.Second))
		}
	}
	return stopping(f, err)
}
