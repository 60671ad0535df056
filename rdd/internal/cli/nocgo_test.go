// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !cgo

package cli_test

// cgo says whether this binary is linked with the C library.
const cgo = false
