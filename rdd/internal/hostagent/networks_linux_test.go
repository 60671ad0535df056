// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent_test

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/fsnotify/fsnotify"
	"github.com/lima-vm/lima/v2/pkg/limatype"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/orphans"
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

// TestNetworkNotStarting: Lima waits for the network's daemon, which has found a
// pid file and ended. The caller need not.
func TestNetworkNotStarting(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template)+"networks: [{lima: user-v2}]\n")
	dir, pidFile := newUsernet(t, inst)
	if err := os.WriteFile(pidFile, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	watch, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	defer watch.Close()
	if err := watch.Add(dir); err != nil {
		t.Fatal(err)
	}
	why := errors.New("waited long enough")
	ctx, cancel := context.WithCancelCause(t.Context())
	go func() { // until the daemon has logged why it ends, or the test has
		for event := range watch.Events {
			if event.Has(fsnotify.Write) && filepath.Base(event.Name) == "usernet.user-v2.stderr.log" {
				cancel(why)
			}
		}
	}()
	if _, err := hostagent.Start(ctx, inst); !errors.Is(err, why) {
		t.Errorf("error: %v", err)
	}
	if err := orphans.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}
