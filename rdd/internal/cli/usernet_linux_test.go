// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

// TestUsernet calls the network's daemon as Lima does.
func TestUsernet(t *testing.T) {
	dir := filepath.Join(rddtest.Temp(t), "net")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	pidFile, endpoint, qemu, descriptors := filepath.Join(dir, "pid"), filepath.Join(dir, "ep"), filepath.Join(dir, "qemu"), filepath.Join(dir, "fd")
	daemon := startUsernet(t, dir, "-p", pidFile, "-e", endpoint, "--listen-qemu", qemu, "--listen", descriptors,
		"--subnet", "192.168.104.0/24", "--leases", "192.168.104.9=52:55:55:b3:bc:d9")

	conn, err := net.Dial("unix", endpoint) // the other two expect more than a connection
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
	if err := daemon.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	if err := daemon.Wait(); err != nil {
		t.Error(err)
	}
	if _, err := os.Stat(pidFile); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the pid file is left (%v)", err)
	}
}

// TestUsernetOnFullDisk: the pid file that cannot be written is not left to bar
// the next one.
func TestUsernetOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	const script = `ulimit -f 0 && exec "$0" usernet -p pid -e ep`
	daemon := exec.Command("/bin/sh", "-c", script, self)
	daemon.Dir = dir
	if out, err := daemon.CombinedOutput(); err == nil || !strings.Contains(string(out), "file too large") {
		t.Errorf("%v: %s", err, out)
	}
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("left: %v (%v)", left, err)
	}
}

// startUsernet returns once the pid file and three sockets are in dir.
func startUsernet(t *testing.T, dir string, args ...string) *exec.Cmd {
	t.Helper()
	watch := rddtest.Watch(t, dir)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	daemon := exec.Command(self, append([]string{"usernet"}, args...)...)
	daemon.Stderr = os.Stderr
	if err := daemon.Start(); err != nil {
		t.Fatal(err)
	}
	for made := map[string]bool{}; len(made) < 4; {
		if event := <-watch.Events; event.Has(fsnotify.Create) {
			made[event.Name] = true
		}
	}
	return daemon
}
