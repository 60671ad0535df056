// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"os"
	"path/filepath"
	"testing"
)

// TestSocketInTheWay: what stands where ha.sock belongs and is no socket stays.
func TestSocketInTheWay(t *testing.T) {
	precious := filepath.Join(t.TempDir(), "ha.sock", "precious")
	if err := os.Mkdir(filepath.Dir(precious), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(precious, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if stop, err := answer(t.Context(), filepath.Dir(precious), nil); err == nil {
		stop()
		t.Error("no error")
	}
	if _, err := os.Stat(precious); err != nil {
		t.Error(err)
	}
}

// TestSocketMode: the hostagent's API is for its owner.
func TestSocketMode(t *testing.T) {
	dir, err := os.MkdirTemp("/tmp", "rdd") // a short path
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	socket := filepath.Join(dir, "ha.sock")
	stop, err := answer(t.Context(), socket, nil)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(socket)
	stop()
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v (%v)", info.Mode(), err)
	}
}
