// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// Dated files that are there at the start are older, whatever comes later.
func TestDatedFilesOfTheStartAreOld(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+"-20260101", "long ago\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, path, path+"-20260102")
		write(t, path, "two\n")
		o.want("two")
		rename(t, path, path+"-20260103")
		write(t, path, "three\n")
		o.want("three")
	})
}

func TestDatedFilesOfTheStartAreOldWhenTheFileIsDeleted(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+"-20260101", "long ago\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		remove(t, path)
		write(t, path, "two\n")
		o.want("gap: replaced", "two")
	})
}
