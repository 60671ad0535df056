// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// fuse runs the test again where one folder shows, by a file system in user
// space, what is in another. The kernel does not tell in the first what is done
// in the second. It reports whether this is there.
func fuse(t *testing.T) (seen, real string, there bool) {
	t.Helper()
	if _, err := exec.LookPath("bindfs"); err != nil {
		t.Skip("linux: no file system in user space is to be had here: bindfs, of the package of that name, is not installed")
	}
	if dev, err := os.OpenFile("/dev/fuse", os.O_RDWR, 0); err != nil {
		t.Skipf("linux: no file system in user space is to be had here: %v", err)
	} else {
		dev.Close()
	}
	dir, there := mounted(t, "mkdir seen real && bindfs real seen")
	return filepath.Join(dir, "seen"), filepath.Join(dir, "real"), there
}

// TestFuse: it is polled by itself, says so once, and nothing is missing across
// rotations, nor of what is written behind it.
func TestFuse(t *testing.T) {
	seen, real, there := fuse(t)
	if !there {
		return
	}
	write(t, filepath.Join(real, "log"), "one\n")
	path, cfg, log := filepath.Join(seen, "log"), following(tail.Config{}), newRecorder(t)
	cfg.Logger = log
	o, r := ranging(t, path, cfg)
	o.want("one")
	for _, line := range numbered(1, 3) {
		appendTo(t, filepath.Join(real, "log"), line+"\n")
		o.want(line)
		appendTo(t, path, "last of "+line+"\n")
		rotate(t, path)
		write(t, path, "first after "+line+"\n")
		o.want("last of "+line, "first after "+line)
	}
	log.await("polling " + path)
	if n := log.count(watch.ErrSilent.Error() + " (fuse)"); n != 1 || log.count("polling ") != 1 || !r.Stats().Polling {
		t.Errorf("polling was told %d times, want once; Stats: %+v", n, r.Stats())
	}
}
