// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestStaleFileIsOpenedAnew(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		failReads(t, path, 6, syscall.ESTALE)
		appendTo(t, path, "two\n")
		o.want("gap: unreadable", "one", "two")
	})
}
