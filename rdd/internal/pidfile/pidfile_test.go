// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package pidfile

import (
	"errors"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"go.uber.org/goleak"
)

// TestMain lets the test binary be a process that runs until its standard input
// ends.
func TestMain(m *testing.M) {
	if len(os.Args) > 1 && os.Args[1] == "stand-in" {
		_, _ = io.Copy(io.Discard, os.Stdin)
		return
	}
	goleak.VerifyTestMain(m)
}

// standIn starts a process with these arguments. end waits for its end.
func standIn(t *testing.T, args ...string) (pid int, end func()) {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, append([]string{"stand-in"}, args...)...)
	life, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	end = func() {
		life.Close()
		_ = cmd.Wait()
	}
	t.Cleanup(end)
	return cmd.Process.Pid, end
}

func ofWriter(args []string) bool { return slices.Contains(args, "writer") }

// checkRemoved checks what becomes of a pid file that holds text.
func checkRemoved(t *testing.T, text string, want bool) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "pid")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	removed, err := RemoveStale(path, ofWriter)
	if err != nil || removed != want {
		t.Errorf("a pid file that holds %q: removed %t (%v)", text, removed, err)
	}
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) != want {
		t.Errorf("a pid file that holds %q: %v", text, err)
	}
}

func TestTorn(t *testing.T) {
	for _, text := range []string{"", "\n", "12x\n", "0\n", "-1\n", "99999999999999999999\n"} {
		checkRemoved(t, text, true)
	}
}

func TestRemoveStale(t *testing.T) {
	writer, end := standIn(t, "a", "writer")
	checkRemoved(t, strconv.Itoa(writer), false)
	end()
	checkRemoved(t, strconv.Itoa(writer), true)
	other, _ := standIn(t, "a", "reader")
	checkRemoved(t, strconv.Itoa(other), true)
	checkRemoved(t, strconv.Itoa(os.Getpid()), true)
}

// TestOwnNumber: a writer that has the number of the one before it is no other.
func TestOwnNumber(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pid")
	if err := os.WriteFile(path, []byte(strconv.Itoa(os.Getpid())), 0o600); err != nil {
		t.Fatal(err)
	}
	if removed, err := RemoveStale(path, func([]string) bool { return true }); err != nil || !removed {
		t.Errorf("removed %t (%v)", removed, err)
	}
}

func TestNone(t *testing.T) {
	if removed, err := RemoveStale(filepath.Join(t.TempDir(), "pid"), ofWriter); removed || err != nil {
		t.Errorf("removed %t (%v)", removed, err)
	}
}

// TestFolder: what is in the way of a pid file and is none stays.
func TestFolder(t *testing.T) {
	dir := t.TempDir()
	if removed, err := RemoveStale(dir, ofWriter); removed || err == nil {
		t.Errorf("removed %t (%v)", removed, err)
	}
	if _, err := os.Stat(dir); err != nil {
		t.Error(err)
	}
}

func TestMention(t *testing.T) {
	path := filepath.Join("lima", "a  vm")
	for _, test := range []struct {
		args []string
		want bool
	}{
		{nil, false},
		{[]string{"qemu", path}, true},
		{[]string{"qemu", "lima" + string(filepath.Separator) + "a", "vm"}, true},
		{[]string{"qemu", "file=" + filepath.Join(path, "disk") + ",if=virtio"}, true},
		{[]string{"qemu", path + "2"}, false},
	} {
		if got := Mention(test.args, path); got != test.want {
			t.Errorf("%q: %t", test.args, got)
		}
	}
}
