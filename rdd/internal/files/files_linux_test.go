// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package files_test

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/filestest"
)

// TestWriteFails: no byte can be written, as on a full disk.
func TestWriteFails(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := files.Write(path, []byte("before")); err != nil {
		t.Fatal(err)
	}
	filestest.FullDisk(t, func() {
		if err := files.Write(path, []byte("after")); err == nil {
			t.Error("no error")
		}
	})
	checkFolder(t, path, "before")
}

func TestWriteFollowsNoLink(t *testing.T) {
	target, link := filepath.Join(t.TempDir(), "target"), filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(target, link); err != nil {
		t.Fatal(err)
	}
	if err := files.Write(link, []byte("text")); err != nil {
		t.Fatal(err)
	}
	checkFolder(t, link, "text")
	if _, err := os.Lstat(target); err == nil {
		t.Error("the link was followed")
	}
}
