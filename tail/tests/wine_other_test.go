// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !windows

package tests

import (
	"os"
	"testing"
)

const isWine = false

// openToAppend opens a file in a way that lets others rename it.
func openToAppend(t *testing.T, path string) *os.File {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	return f
}
