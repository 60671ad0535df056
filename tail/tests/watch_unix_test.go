// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// asTwoNames makes a folder with a second name.
func asTwoNames(t *testing.T) (dir, link string) {
	t.Helper()
	dir = filepath.Join(folder(t), "dir")
	must(t, os.Mkdir(dir, 0o700))
	link = filepath.Join(folder(t), "link")
	symlink(t, dir, link)
	return dir, link
}

// TestNamesOfOneFolder share one watch, as those of a file do: fsnotify crashes
// the process when the second of two names of an inode is removed.
func TestNamesOfOneFolder(t *testing.T) {
	aboutEvents(t)
	if !elsewhere(t, func(exe string, args ...string) *exec.Cmd { return exec.Command(exe, args...) }) {
		return
	}
	dir, link := asTwoNames(t)
	hub, a, b := watch.NewHub(watch.Fsnotify), newWaker(), newWaker()
	defer watchDir(t, hub, filepath.Dir(dir), "other", newWaker()).Close() // keeps the hub
	first, second := watchDir(t, hub, dir, "log", a), watchDir(t, hub, link, "log", b)
	write(t, filepath.Join(dir, "log"), "")
	b.await(t)
	second.Close()
	write(t, filepath.Join(dir, "log"), "")
	a.await(t)
	first.Close()
}

// TestMissingFilesInOneFolderOfTwoNames is the same through the library.
func TestMissingFilesInOneFolderOfTwoNames(t *testing.T) {
	aboutEvents(t)
	aboutFolders(t)
	if !elsewhere(t, func(exe string, args ...string) *exec.Cmd { return exec.Command(exe, args...) }) {
		return
	}
	dir, link := asTwoNames(t)
	cfg := following(tail.Config{Logger: testLog{t}})
	follow(t, logFile(t, ""), cfg) // keeps the hub
	a := follow(t, filepath.Join(dir, "log"), cfg)
	b := follow(t, filepath.Join(link, "log"), cfg)
	awaitSubscriptions(t, 3)
	write(t, filepath.Join(dir, "log"), "one\n")
	a.want("one")
	b.want("one")
}
