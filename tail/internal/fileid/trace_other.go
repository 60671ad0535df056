// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !linux

package fileid

import (
	"errors"
	"os"
)

// CanTrace says whether TraceOf has answers here: on Linux, where files tell when
// they were changed.
const CanTrace = false

// TraceOf returns errors.ErrUnsupported.
func TraceOf(uintptr, *os.File) (Trace, error) { return Trace{}, errors.ErrUnsupported }
