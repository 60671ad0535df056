// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import "syscall"

// errStale is what a network file system says of an open file that is gone:
// ERROR_UNEXP_NET_ERR.
const errStale = syscall.Errno(59)

// errInUse is said of a file that another program has for itself:
// ERROR_SHARING_VIOLATION.
const errInUse = syscall.Errno(32)
