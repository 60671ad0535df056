// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Command rdd keeps Lima virtual machines. For now it shows how: "rdd demo"
// starts a real Lima hostagent and acts on the events that it logs.
//
// It runs itself again as a hostagent, as a user-mode network and as the
// processes of a namespace guest.
//
// The exit status is 0 on success, 1 on failure, 2 when it was called wrongly,
// and 128 and the signal's number when a signal cut it short.
package main

import (
	"os"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/cli"
)

// release is the version of a released binary, set by the linker:
// -X main.release=v1.2.3.
var release string

func main() { os.Exit(cli.Run(os.Args[1:], release)) }
