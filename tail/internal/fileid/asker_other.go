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

// Askable is an open file as an Asker takes it.
type Askable struct{}

// ToAsk returns errors.ErrUnsupported.
func ToAsk(*os.File) (Askable, error) { return Askable{}, errors.ErrUnsupported }

// Trace returns errors.ErrUnsupported.
func (*Asker) Trace(Askable) (Trace, error) { return Trace{}, errors.ErrUnsupported }
