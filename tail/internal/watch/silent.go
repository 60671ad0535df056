// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"errors"
	"fmt"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// ErrSilent means that the file system does not tell of all changes: a network
// file system knows those that are made here, and one of the kernel's knows
// none.
var ErrSilent = errors.New("the file system does not tell of all changes")

// Silent returns ErrSilent where the file system of f does not tell of all
// changes.
func Silent(f *fileid.File) error { return silentFile(f) }

func silent(kind string) error {
	if kind == "" {
		return nil
	}
	return fmt.Errorf("%w (%s)", ErrSilent, kind)
}
