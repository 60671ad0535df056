// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent_test

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/fsnotify/fsnotify"
	"github.com/lima-vm/lima/v2/pkg/limatype"
	"github.com/lima-vm/lima/v2/pkg/store"
	"golang.org/x/sys/unix"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/orphans"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

// newUsernet makes the folder of the network that Lima has by default.
func newUsernet(t *testing.T, inst *limatype.Instance) (dir, pidFile string) {
	t.Helper()
	dir = filepath.Join(filepath.Dir(inst.Dir), "_networks", "user-v2")
	if err := os.MkdirAll(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	return dir, filepath.Join(dir, "usernet_user-v2.pid")
}

// TestReusedPIDOfNetwork: a network's daemon was killed, and another process has
// its number by now. That bars no instance, least of all one without networks.
func TestReusedPIDOfNetwork(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	_, pidFile := newUsernet(t, inst)
	if err := os.WriteFile(pidFile, fmt.Appendln(nil, os.Getppid()), 0o600); err != nil {
		t.Fatal(err)
	}
	until(t, start(t, inst), isRunning)
}

// newSilentNetwork makes an instance whose network's daemon finds a pid file in its
// way. The channel is closed when the daemon has logged that it ends.
func newSilentNetwork(t *testing.T) (inst *limatype.Instance, complains <-chan struct{}) {
	t.Helper()
	inst = newInstance(t, string(nsguest.Template)+"networks: [{lima: user-v2}]\n")
	dir, pidFile := newUsernet(t, inst)
	if err := os.WriteFile(pidFile, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	watch := rddtest.Watch(t, dir)
	logged := make(chan struct{})
	go func() { // until it has, or the test has ended
		defer close(logged)
		for event := range watch.Events {
			if event.Has(fsnotify.Write) && filepath.Base(event.Name) == "usernet.user-v2.stderr.log" {
				return
			}
		}
	}()
	return inst, logged
}

// TestNetworkNotStarting: Lima waits for the network's daemon, which has found a
// pid file and ended. The caller need not.
func TestNetworkNotStarting(t *testing.T) {
	inst, complains := newSilentNetwork(t)
	why := errors.New("waited long enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { // until the daemon complains, or the test has ended
		<-complains
		cancel(why)
	}()
	if _, err := hostagent.Start(ctx, inst); !errors.Is(err, why) {
		t.Errorf("error: %v", err)
	}
	if err := orphans.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestNetworkOfKilled: a network's daemon outlives who started it, and one that
// was killed is started anew, though nobody has waited for its end yet.
func TestNetworkOfKilled(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template)+"networks: [{lima: user-v2}]\n")
	dir, pidFile := newUsernet(t, inst)
	for range 2 {
		p, err := hostagent.Start(t.Context(), inst)
		if err != nil {
			t.Fatal(err)
		}
		until(t, p, isRunning)
		conn, err := net.Dial("unix", filepath.Join(dir, "user-v2_ep.sock"))
		if err != nil {
			t.Fatal(err)
		}
		conn.Close()
		daemon, err := store.ReadPIDFile(pidFile)
		if err != nil || daemon == 0 {
			t.Fatalf("no daemon: %v", err)
		}
		if err := p.Stop(t.Context()); err != nil {
			t.Error(err)
		}
		if err := syscall.Kill(daemon, syscall.SIGKILL); err != nil {
			t.Error(err)
		}
		if err := unix.Waitid(unix.P_PID, daemon, nil, unix.WEXITED|unix.WNOWAIT, nil); err != nil {
			t.Error(err)
		}
		if err := os.Remove(filepath.Join(dir, "user-v2_fd.sock")); err != nil { // Lima's sign that the next one is there
			t.Error(err)
		}
	}
	if err := orphans.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

// TestNetworksOfKilled: Lima still waits for the network's daemon when the process
// that wants the network is killed. Nobody is left to end the wait.
func TestNetworksOfKilled(t *testing.T) {
	inst, complains := newSilentNetwork(t)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(self, hostagent.NetworksCommand, inst.Name)
	life, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	<-complains
	life.Close() // as the end of its holder does
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	if err := orphans.Wait(ctx); err != nil {
		t.Error(err)
	}
	_ = cmd.Wait() // it has been waited for; this closes what is left
}
