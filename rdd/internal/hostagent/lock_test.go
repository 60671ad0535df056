// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
)

func TestTakeLock(t *testing.T) {
	dir := t.TempDir()
	lock, err := takeLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	if second, err := takeLock(dir); err == nil {
		second.Close()
		t.Error("taken twice")
	}
	dropLock(lock)
	again, err := takeLock(dir)
	if err != nil {
		t.Fatal(err)
	}
	dropLock(again)
}

// TestRelease: a pid file is removed by the one whose it is.
func TestRelease(t *testing.T) {
	pidFile := filepath.Join(t.TempDir(), "ha.pid")
	release, err := claim(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	own, err := os.ReadFile(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	const other = "1\n"
	if err := os.WriteFile(pidFile, []byte(other), 0o600); err != nil {
		t.Fatal(err)
	}
	release()
	if text, err := os.ReadFile(pidFile); string(text) != other {
		t.Errorf("another one's pid file holds %q (%v)", text, err)
	}
	if err := os.WriteFile(pidFile, own, 0o600); err != nil {
		t.Fatal(err)
	}
	release()
	if _, err := os.Stat(pidFile); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("its own pid file is left (%v)", err)
	}
}

// TestTornPID: what names no process bars no start.
func TestTornPID(t *testing.T) {
	for _, text := range []string{"", "\n", "12x\n", "0\n", "-1\n"} {
		pidFile := filepath.Join(t.TempDir(), "ha.pid")
		if err := os.WriteFile(pidFile, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		release, err := claim(pidFile)
		if err != nil {
			t.Errorf("a pid file that holds %q: %v", text, err)
			continue
		}
		release()
	}
}
