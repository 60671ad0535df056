// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package nsguest

import (
	"context"
	"fmt"
	"runtime"
)

var errNotLinux = fmt.Errorf("nsguest: a guest is a Linux namespace, and this is %s", runtime.GOOS)

// Register registers nothing: there is no such driver here.
func Register(context.Context) {}

// Check says that no guest can be made here.
func Check(context.Context) error { return errNotLinux }

// Init cannot be called here.
func Init([]string) error { return errNotLinux }

// Agent cannot be called here.
func Agent(context.Context) error { return errNotLinux }
