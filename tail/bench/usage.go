// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"time"
)

// usage is what this process has used so far. Its children do not count.
type usage struct {
	at       time.Time
	cpu      time.Duration // user and system
	switches int64         // how often it had nothing to do, 0 where the system does not say
}

// share is the CPU time from then to now in percent of a core.
func (u usage) share(now usage) float64 {
	return 100 * (now.cpu - u.cpu).Seconds() / now.at.Sub(u.at).Seconds()
}

// memory is what the heap and the stacks take after two garbage collections,
// in bytes: what is in a pool goes with the second.
func memory() float64 {
	debug.FreeOSMemory()
	debug.FreeOSMemory()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapInuse + m.StackInuse)
}

// instances is the number of inotify instances that this process has, on
// systems that have them.
func instances() int {
	fds, _ := filepath.Glob("/proc/self/fd/*") // a pattern is never wrong
	n := 0
	for _, fd := range fds {
		if target, err := os.Readlink(fd); err == nil && target == "anon_inode:inotify" {
			n++
		}
	}
	return n
}
