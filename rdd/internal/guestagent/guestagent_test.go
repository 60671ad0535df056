// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package guestagent

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
)

func ExampleFileName() {
	fmt.Println(FileName("x86_64"))
	// Output: lima-guestagent.Linux-x86_64.gz
}

func TestWrite(t *testing.T) {
	dir := t.TempDir()
	from := fstest.MapFS{"bin/lima-guestagent.Linux-x86_64.gz": {Data: []byte("agent")}}
	path, err := write(from, dir, "x86_64")
	if err != nil || path != filepath.Join(dir, "lima-guestagent.Linux-x86_64.gz") {
		t.Fatalf("%q, %v", path, err)
	}
	if text, err := os.ReadFile(path); err != nil || string(text) != "agent" {
		t.Errorf("%q, %v", text, err)
	}
}

func TestWriteOther(t *testing.T) {
	from := fstest.MapFS{"bin/lima-guestagent.Linux-x86_64.gz": {Data: []byte("agent")}}
	if _, err := write(from, t.TempDir(), "aarch64"); !errors.Is(err, ErrNotBuiltIn) {
		t.Errorf("error: %v", err)
	}
	if _, err := Write(t.TempDir(), "no-such-architecture"); !errors.Is(err, ErrNotBuiltIn) {
		t.Errorf("error: %v", err)
	}
}

func TestWriteNowhere(t *testing.T) {
	from := fstest.MapFS{"bin/lima-guestagent.Linux-x86_64.gz": {Data: []byte("agent")}}
	if _, err := write(from, filepath.Join(t.TempDir(), "none"), "x86_64"); err == nil {
		t.Error("no error")
	}
}

// TestWriteOverLink: a link in the instance's folder is replaced, not followed.
func TestWriteOverLink(t *testing.T) {
	dir, precious := t.TempDir(), filepath.Join(t.TempDir(), "precious")
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(precious, filepath.Join(dir, "lima-guestagent.Linux-x86_64.gz")); err != nil {
		t.Skipf("windows: links need a privilege: %v", err)
	}
	from := fstest.MapFS{"bin/lima-guestagent.Linux-x86_64.gz": {Data: []byte("agent")}}
	if _, err := write(from, dir, "x86_64"); err != nil {
		t.Fatal(err)
	}
	if text, err := os.ReadFile(precious); err != nil || len(text) > 0 {
		t.Errorf("what the link names holds %q (%v)", text, err)
	}
}
