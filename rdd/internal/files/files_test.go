// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package files_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ExampleWrite() {
	dir, err := os.MkdirTemp("", "files")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	path := filepath.Join(dir, "pid")
	if err := files.Write(path, []byte("12\n")); err != nil {
		panic(err)
	}
	text, err := os.ReadFile(path)
	fmt.Printf("%q %v\n", text, err)
	// Output: "12\n" <nil>
}

func ExampleRemoveSocket() {
	dir, err := os.MkdirTemp("", "files")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(dir)
	fmt.Println("none there:", files.RemoveSocket(filepath.Join(dir, "sock")))
	err = files.RemoveSocket(dir)
	fmt.Println("a folder:", strings.TrimPrefix(err.Error(), dir))
	// Output:
	// none there: <nil>
	// a folder: : in the way of a socket, and is none
}

// checkFolder: the folder holds one file and nothing else.
func checkFolder(t *testing.T, path, want string) {
	t.Helper()
	text, err := os.ReadFile(path)
	if err != nil || string(text) != want {
		t.Errorf("%s holds %q (%v), want %q", path, text, err, want)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil || len(entries) != 1 {
		t.Errorf("the folder holds %v (%v)", entries, err)
	}
}

func TestWriteReplaces(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	for _, text := range []string{"a longer text", "short", ""} {
		if err := files.Write(path, []byte(text)); err != nil {
			t.Fatal(err)
		}
		checkFolder(t, path, text)
	}
}

func TestWriteInNoFolder(t *testing.T) {
	if err := files.Write(filepath.Join(t.TempDir(), "none", "file"), nil); err == nil {
		t.Error("no error")
	}
}

// TestWriteOverFolder: what cannot be replaced is left, and nothing beside it.
func TestWriteOverFolder(t *testing.T) {
	path := filepath.Join(t.TempDir(), "file")
	inside := filepath.Join(path, "inside")
	if err := os.Mkdir(path, 0o700); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(inside, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := files.Write(path, []byte("text")); err == nil {
		t.Error("no error")
	}
	checkFolder(t, inside, "")
	if entries, err := os.ReadDir(filepath.Dir(path)); err != nil || len(entries) != 1 {
		t.Errorf("left: %v (%v)", entries, err)
	}
}
