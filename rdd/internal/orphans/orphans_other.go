// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !linux

package orphans

import "context"

// Adopt does nothing: this system has no such thing.
func Adopt() error { return nil }

// Wait does nothing: this process has adopted none.
func Wait(context.Context) error { return nil }
