// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"errors"
	"io/fs"
	"os"
	"sync"
)

func openPipe(path string, _ bool) (*os.File, error) {
	return nil, &fs.PathError{Op: "open", Path: path, Err: errors.ErrUnsupported}
}

// ReadPipe is for pipes that cannot be opened here.
func ReadPipe(*os.File, []byte, sync.Locker, func(n int)) error { return errors.ErrUnsupported }
