// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !linux && !darwin && !dragonfly && !freebsd && !windows

package watch

import "os"

// Here nothing tells one file system from another: all are taken to tell of
// their changes, and the safety tick serves those that do not.

func silentFile(*os.File) error { return nil }

func silentDir(string) error { return nil }
