// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package passwd is imported for its side effect: it lets a user without an
// entry in /etc/passwd run a program that Lima is linked into.
//
// Lima asks for the current user while its packages are initialised and panics
// when there is none. Without cgo, os/user is content with USER and HOME. This
// package imports less than Lima's does, and packages are initialised in the
// order of their paths once their imports are: its turn comes first.
package passwd

import (
	"os"
	"strconv"
	"strings"
)

// Package os/user would remember that it does not know the user, so it must not
// be asked before the environment is filled.
func init() {
	uid := os.Getuid() // -1 on Windows, which knows its users
	if list, _ := os.ReadFile("/etc/passwd"); uid >= 0 && !listed(string(list), uid) {
		fill("USER", "nobody")
		fill("HOME", os.TempDir())
	}
}

// listed says whether an /etc/passwd has a line for uid.
func listed(list string, uid int) bool {
	for line := range strings.Lines(list) {
		if fields := strings.Split(line, ":"); len(fields) > 2 && fields[2] == strconv.Itoa(uid) {
			return true
		}
	}
	return false
}

// fill sets an environment variable that is not set.
func fill(key, value string) {
	if os.Getenv(key) == "" {
		_ = os.Setenv(key, value)
	}
}
