// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// TestWiden: a pipe takes two blocks without being read from, and what is none is left alone.
func TestWiden(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	for _, size := range []uintptr{pipeSize, pipeSize / 4} {
		if _, _, errno := syscall.Syscall(syscall.SYS_FCNTL, r.Fd(), setPipeSize, size); errno != 0 {
			t.Skipf("linux: no larger pipe is to be had here: %v", errno)
		}
	}
	widen(w)
	if err := w.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, pipeSize)); err != nil {
		t.Errorf("two blocks do not fit: %v", err)
	}
	file, err := os.Create(filepath.Join(folder(t), "file"))
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	widen(file)
	if _, err := file.WriteString("line\n"); err != nil {
		t.Error(err)
	}
}
