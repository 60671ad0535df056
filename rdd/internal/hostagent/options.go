// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import "io"

// Options are how [Serve] is to go about it.
type Options struct {
	Stdout io.Writer // takes the events, one JSON object on each line
	Stderr io.Writer // takes the log, as JSON

	// LifeLine, if not nil, is read until it ends. Its end means that the
	// parent process has died, or lets the hostagent go: the guest is stopped.
	LifeLine io.Reader

	// Locked says that the parent has taken the instance's lock and hands it
	// on. Otherwise Serve takes it.
	Locked bool

	// Progress reports the guest's boot as events.
	Progress bool
	// GuestAgent is the path of the agent's binary, possibly gzipped; empty in
	// plain mode.
	GuestAgent string
	// NerdctlArchive is the path of nerdctl's archive; empty if the guest gets
	// none.
	NerdctlArchive string
}
