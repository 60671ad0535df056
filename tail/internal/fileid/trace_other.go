// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !linux

package fileid

import "errors"

// CanTrace says whether TraceOf has answers here: on Linux, where files tell when
// they were changed.
const CanTrace = false

// TraceOf returns errors.ErrUnsupported.
func TraceOf(uintptr, *File) (Trace, error) { return Trace{}, errors.ErrUnsupported }
