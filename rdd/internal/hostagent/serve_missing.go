// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build darwin && !cgo

package hostagent

import (
	"context"
	"errors"
)

var errMissing = errors.New("hostagent: this program was built without cgo, and on macOS Lima's hostagent needs it: build it on a Mac with CGO_ENABLED=1")

// Available says that this program cannot run as a hostagent.
func Available() error { return errMissing }

// Serve says what is missing.
func Serve(context.Context, string, Options) error { return errMissing }
