// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io/fs"
	"os"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// failReads makes the next n reads of path fail.
func failReads(t *testing.T, path string, n int64, err error) {
	t.Helper()
	var left atomic.Int64
	left.Store(n)
	fileid.SetReadFault(func(f *os.File, _ int64) error {
		if f.Name() != path || left.Add(-1) < 0 {
			return nil
		}
		return &fs.PathError{Op: "read", Path: path, Err: err}
	})
	t.Cleanup(func() { fileid.SetReadFault(nil) })
}

func TestReadErrorThatPasses(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\ntwo\n")
		failReads(t, path, 3, syscall.EIO)
		follow(t, path, following(cfg)).want("one", "two")
	})
}

func TestReadErrorThatStaysIsReported(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		failReads(t, path, 1<<40, syscall.EIO)
		follow(t, path, following(cfg)).want("end: tail: read "+path+": "+syscall.EIO.Error(), "end")

		tl, err := tail.Open(path, following(cfg))
		if err != nil {
			t.Fatal(err)
		}
		for l := range tl.Lines {
			t.Errorf("got %q", l.Text)
		}
		if err := tl.Wait(); !errors.Is(err, syscall.EIO) {
			t.Errorf("Wait says %v", err)
		}
	})
}
