// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package gotail holds the tests of the gotail command as a process: scripts, and a comparison with GNU tail.
package gotail
