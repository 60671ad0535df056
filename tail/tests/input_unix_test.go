// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestUnreadableFile(t *testing.T) {
	if !asNobody(t) {
		return
	}
	leavesNothing(t)
	path := logFile(t, "one\n")
	chmod(t, path, 0)
	if err := refuses(t, path, tail.Config{}, path, "permission denied"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the error is %v, want fs.ErrPermission", err)
	}
	_ = refuses(t, path, tail.Config{MustExist: true, Follow: true, ReOpen: true}, path)
	wantError(t, "Stream", tail.Stream(t.Context(), t.Output(), path, false), []string{path, "permission denied"})
}

// Who follows the name waits for a file that may be readable later.
func TestUnreadableFileIsAwaited(t *testing.T) {
	if !asNobody(t) {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "one\n")
		chmod(t, path, 0)
		o := follow(t, path, following(cfg))
		chmod(t, path, 0o600)
		o.want("one")
	})
}

func TestUnreadableFolder(t *testing.T) {
	if !asNobody(t) {
		return
	}
	leavesNothing(t)
	dir := filepath.Join(folder(t), "a")
	if err := os.Mkdir(dir, 0); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "log")
	if err := refuses(t, path, tail.Config{}, path, "permission denied"); !errors.Is(err, fs.ErrPermission) {
		t.Errorf("the error is %v, want fs.ErrPermission", err)
	}
}

func chmod(t *testing.T, path string, mode os.FileMode) {
	t.Helper()
	if err := os.Chmod(path, mode); err != nil {
		t.Fatal(err)
	}
}

func TestLoopOfSymbolicLinks(t *testing.T) {
	leavesNothing(t)
	path := filepath.Join(folder(t), "log")
	if err := os.Symlink("log", path); err != nil {
		t.Fatal(err)
	}
	if err := refuses(t, path, tail.Config{}, path); !errors.Is(err, syscall.ELOOP) {
		t.Errorf("the error is %v", err)
	}
}

// What is no file is refused without being opened for writing or waited for.
func TestSpecialFiles(t *testing.T) {
	leavesNothing(t)
	fifo := filepath.Join(folder(t), "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, path := range map[string]string{"named pipe": fifo, "device": os.DevNull} {
		t.Run(name, func(t *testing.T) {
			_ = refuses(t, path, tail.Config{Follow: true}, path, "not a regular file")
		})
	}
}
