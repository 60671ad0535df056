// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !linux

package fileid

import (
	"errors"
	"os"
)

// Asker is for Linux, where files tell when they were changed.
type Asker struct{}

// CanAsk says whether an Asker has answers here.
const CanAsk = false

// Trace returns errors.ErrUnsupported.
func (*Asker) Trace(*os.File) (Trace, error) { return Trace{}, errors.ErrUnsupported }
