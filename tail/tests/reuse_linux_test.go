// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// writeAs makes a file that has the number which a deleted one had, as the
// kernel gives it away once nobody holds that.
func writeAs(t *testing.T, path, content string, number fileid.ID) {
	t.Helper()
	for range 100 {
		write(t, path, content)
		info, err := fileid.Path(path)
		must(t, err)
		if info.ID == number {
			return
		}
		rename(t, path, path+".unused")
	}
	t.Skip("linux: this file system does not give numbers away again at once")
}

// TestNumberOfARotatedFileIsGivenToANewOne: it is neither the old file, to be
// left out, nor does it tell in which direction this rotation counts.
func TestNumberOfARotatedFileIsGivenToANewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "own\n")
		write(t, path+".1", "old\n")
		old, err := fileid.Path(path + ".1")
		must(t, err)
		o := follow(t, path, following(polled(t)))
		o.want("own")
		synctest.Wait() // it waits for the next poll
		remove(t, path+".1")
		rename(t, path, path+".2")
		writeAs(t, path+".1", "mid\n", old.ID)
		write(t, path, "new\n")
		o.want("mid", "new")
	})
}

// TestNumberOfADatedFileIsGivenToANewOne that begins in the same way. Its date tells it
// from the old one.
func TestNumberOfADatedFileIsGivenToANewOne(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "start\n")
		cfg := following(polled(t))
		cfg.GracePeriod = -1
		o := follow(t, path, cfg)
		o.want("start")
		old, err := fileid.Path(path)
		must(t, err)
		rename(t, path, path+"-20260101")
		write(t, path, "own\n")
		o.want("own")
		synctest.Wait() // it waits for the next poll
		remove(t, path+"-20260101")
		rename(t, path, path+"-20260102")
		writeAs(t, path, "start\nmid\n", old.ID)
		rename(t, path, path+"-20260103")
		write(t, path, "new\n")
		o.want("start", "mid", "new")
	})
}
