// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestWiden: a pipe takes a block that is printed without being read from, and what is none is left alone.
func TestWiden(t *testing.T) {
	r, w, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	defer w.Close()
	widen(w)
	if err := w.SetWriteDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(make([]byte, pipeSize)); err != nil {
		t.Errorf("a block does not fit: %v", err)
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
