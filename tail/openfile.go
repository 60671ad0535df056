// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"os"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// OpenFile opens a file for reading in a way that lets others rename and
// delete it meanwhile, on Windows too. It does not wait for the writer of a
// named pipe.
func OpenFile(name string) (*os.File, error) { return fileid.OpenOS(name) }
