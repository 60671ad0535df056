// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tail

import "syscall"

// errStale is what a network file system says of an open file that is gone.
const errStale = syscall.ESTALE

// errInUse is said of a file that another program has for itself.
const errInUse = syscall.EBUSY
