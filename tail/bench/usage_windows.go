// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"math"
	"time"

	"golang.org/x/sys/windows"
)

func usageNow() (usage, error) {
	var created, exited, kernel, user windows.Filetime
	err := windows.GetProcessTimes(windows.CurrentProcess(), &created, &exited, &kernel, &user)
	return usage{at: time.Now(), cpu: ticks(kernel) + ticks(user)}, err
}

// ticks is a span of time, which Windows counts in steps of 100 ns.
func ticks(t windows.Filetime) time.Duration {
	return time.Duration(int64(t.HighDateTime)<<32|int64(t.LowDateTime)) * 100
}

func descriptors() int { return math.MaxInt32 }
