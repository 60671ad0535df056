// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestDatedFilesThatAreGoneAreForgotten: there is no end of them.
func TestDatedFilesThatAreGoneAreForgotten(t *testing.T) {
	path, archive := filepath.Join(scratchFolder(t), "log"), scratchFolder(t)
	put(t, path, "one\n")
	f := polledFollower(t, path, Config{GracePeriod: -1})
	for i := range 9 {
		drain(f)
		dated := fmt.Sprintf("log-%d", 20260101+i)
		must(t, os.Rename(path, path+dated[3:]))
		put(t, path, "one\n")
		f.looked = time.Now().Add(-lookEvery)
		drain(f)
		must(t, os.Rename(path+dated[3:], filepath.Join(archive, dated)))
	}
	if n := len(f.known); n > 1 {
		t.Errorf("%d files are remembered, want one", n)
	}
}

// TestFolderThatMayBeReadLater: the dated files in it are old, though they could not be
// listed at the start.
func TestFolderThatMayBeReadLater(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path+"-20260101", "old\n")
	fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, _ string) error {
		if op == fileid.OpList {
			return fs.ErrPermission
		}
		return nil
	}})
	defer fileid.Use(nil)
	f := polledFollower(t, path, Config{})
	fileid.Use(nil)
	put(t, path, "new\n")
	if c, _ := f.step(); c.gap == nil {
		t.Errorf("got %q, want a gap: some may be new", c.data)
	}
	if c, _ := f.step(); string(c.data) != "new\n" {
		t.Errorf("got %q", c.data)
	}
}

// TestDatedFilesWhileThereIsNoRest: a file that is rotated while the folder is listed comes
// after the one that had the name before.
func TestDatedFilesWhileThereIsNoRest(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "0\n")
	f := polledFollower(t, path, Config{})
	drain(f)
	n := 0
	rotate := func() {
		must(t, os.Rename(path, fmt.Sprintf("%s-%d", path, 20260101+n)))
		n++
		put(t, path, fmt.Sprintln(n))
	}
	rotate()
	fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, _ string) error {
		if op == fileid.OpList {
			rotate()
		}
		return nil
	}})
	defer fileid.Use(nil)
	now := time.Now()
	f.look(now)
	f.look(now.Add(patience))
	fileid.Use(nil)
	for want := 1; want <= n; {
		switch c, out := f.step(); {
		case out == found && string(c.data) == fmt.Sprintln(want):
			want++
		case out == found || f.unsettled.IsZero():
			t.Fatalf("got %q, gap %v, want %d of %d", c.data, c.gap, want, n)
		}
	}
}
