// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"os"
	"os/exec"
	"slices"

	"github.com/lima-vm/lima/v2/pkg/executil"
	"github.com/lima-vm/lima/v2/pkg/networks"
	"github.com/lima-vm/lima/v2/pkg/networks/reconcile"
	"github.com/lima-vm/lima/v2/pkg/networks/usernet"
	"github.com/sirupsen/logrus"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/pidfile"
)

// The commands with which this program runs what has to do with networks.
const (
	NetworksCommand = "networks" // see [Networks]
	UsernetCommand  = "usernet"  // the daemon of a user-mode network; the name is Lima's
)

// startNetworks calls [Networks] in a process of its own: Lima waits without end
// for a network's daemon that does not come up, whatever becomes of ctx. The
// daemons outlive that process.
func startNetworks(ctx context.Context, name string) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	cmd := exec.CommandContext(ctx, self, NetworksCommand, name)
	background := *executil.BackgroundSysProcAttr // Ctrl-C is for the parent
	cmd.SysProcAttr = &background
	var words bytes.Buffer // Lima's warnings, and the error
	cmd.Stderr = &words
	if _, err := cmd.StdinPipe(); err != nil { // the life line
		return err
	}
	err = cmd.Run()
	switch {
	case err == nil:
		_, _ = words.WriteTo(logrus.StandardLogger().Out)
		return nil
	case ctx.Err() != nil:
		return fmt.Errorf("networks: %w", context.Cause(ctx))
	}
	return fmt.Errorf("networks: %w: %s", err, bytes.TrimSpace(words.Bytes()))
}

// Networks starts the networks of the named instance and stops those that no
// instance needs. The process ends with lifeLine, for Lima's wait has no end.
func Networks(ctx context.Context, name string, lifeLine io.Reader) error {
	go func() { // until the parent has ended
		_, _ = io.Copy(io.Discard, lifeLine)
		logrus.Fatal("networks: the parent process has ended")
	}()
	if err := removeStaleUsernets(); err != nil {
		return err
	}
	return reconcile.Reconcile(ctx, name)
}

// removeStaleUsernets removes the pid files of networks whose daemon was killed.
// Lima would take any process with the number for the daemon, and fail on its
// silence at each start of any instance.
func removeStaleUsernets() error {
	config, err := networks.LoadConfig()
	if err != nil {
		return err
	}
	for name := range config.Networks {
		is, err := config.Usernet(name)
		if err == nil && is {
			err = removeStaleUsernet(name)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func removeStaleUsernet(name string) error {
	path, err := usernet.PIDFile(name)
	if err != nil {
		return err
	}
	if info, err := os.Stat(path); err == nil && info.Size() == 0 {
		return nil // another process may be writing it: no lock keeps it from that
	}
	_, err = pidfile.RemoveStale(path, func(args []string) bool {
		return slices.Contains(args, UsernetCommand) && pidfile.Mention(args, path)
	})
	return err
}
