// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import "syscall"

// errStale is what a network file system says of an open file that is gone:
// ERROR_UNEXP_NET_ERR.
const errStale = syscall.Errno(59)
