// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !windows

package main

import (
	"math"
	"syscall"
	"time"
)

func usageNow() (usage, error) {
	var r syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &r); err != nil {
		return usage{}, err
	}
	return usage{time.Now(), time.Duration(r.Utime.Nano() + r.Stime.Nano()), int64(r.Nvcsw)}, nil //nolint:unconvert // of 32 bits on some
}

// descriptors is how many files this process may have open. Go raises the soft
// limit to the hard one at the start.
func descriptors() int {
	var l syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &l); err != nil {
		return math.MaxInt32
	}
	return int(min(uint64(l.Cur), math.MaxInt32)) //nolint:unconvert // it is signed on FreeBSD
}
