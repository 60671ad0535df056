// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package orphans makes sure that a subprocess leaves no process behind.
//
// A hostagent starts processes that outlive it by a moment: ssh puts itself into
// the background, and a guest takes its time to end. After [Adopt] those become
// children of this process, and [Wait] waits for their end.
package orphans
