// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package files_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"strings"
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

func TestRemoveSocket(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "rdd") // a short path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "sock")
	listener, err := net.ListenUnix("unix", &net.UnixAddr{Name: socket})
	if err != nil {
		t.Fatal(err)
	}
	listener.SetUnlinkOnClose(false)
	listener.Close()
	link := filepath.Join(dir, "link")
	if err := os.Symlink(socket, link); err != nil {
		t.Fatal(err)
	}
	if err := files.RemoveSocket(link); err == nil {
		t.Error("a link was removed")
	}
	if err := files.RemoveSocket(socket); err != nil {
		t.Error(err)
	}
	if _, err := os.Lstat(socket); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the socket is left (%v)", err)
	}
}

func TestRemoveSocketLeavesTheRest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(path, []byte("text"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{path, filepath.Dir(path)} {
		if err := files.RemoveSocket(path); err == nil || !strings.HasPrefix(err.Error(), path+": ") {
			t.Errorf("error: %v", err)
		}
	}
	checkFolder(t, path, "text")
}
