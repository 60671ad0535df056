// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"

	"github.com/lima-vm/lima/v2/pkg/networks/usernet"
	"github.com/spf13/cobra"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
)

// newUsernet is the daemon of a user-mode network. Lima calls the program that
// it is linked into with this command and these flags.
func newUsernet() *cobra.Command {
	var (
		o       usernet.GVisorNetstackOpts
		pidFile string
	)
	cmd := &cobra.Command{
		Use:    hostagent.UsernetCommand,
		Short:  "Be the daemon of a user-mode network",
		Args:   usage(cobra.NoArgs),
		Hidden: true, // Lima calls it
		RunE: func(cmd *cobra.Command, _ []string) error {
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			return serveUsernet(ctx, o, pidFile)
		},
	}
	flags := cmd.Flags()
	flags.StringVarP(&pidFile, "pidfile", "p", "", "`path` of the file for the process id")
	flags.StringVarP(&o.Endpoint, "endpoint", "e", "", "`path` of the socket for the network's API")
	flags.StringVar(&o.QemuSocket, "listen-qemu", "", "`path` of the socket for QEMU")
	flags.StringVar(&o.FdSocket, "listen", "", "`path` of the socket that takes descriptors")
	flags.StringVar(&o.Subnet, "subnet", "192.168.5.0/24", "the network's addresses")
	flags.IntVar(&o.MTU, "mtu", 1500, "largest packet in bytes")
	flags.StringToStringVar(&o.DefaultLeases, "leases", nil, "fixed leases, as IP=MAC,...")
	return cmd
}

func serveUsernet(ctx context.Context, o usernet.GVisorNetstackOpts, pidFile string) error {
	if pidFile == "" || o.Endpoint == "" {
		return errors.New("usernet: --pidfile and --endpoint are needed")
	}
	release, err := writePID(pidFile)
	if err != nil {
		return fmt.Errorf("usernet: %w", err)
	}
	defer release()
	for _, socket := range []string{o.Endpoint, o.QemuSocket, o.FdSocket} {
		if socket == "" {
			continue
		}
		if err := files.RemoveSocket(socket); err != nil {
			return fmt.Errorf("usernet: %w", err)
		}
	}
	return usernet.StartGVisorNetstack(ctx, &o)
}

// writePID takes the pid file, which must not be there yet.
func writePID(path string) (release func(), err error) {
	file, err := os.OpenFile(path, os.O_CREATE|os.O_EXCL|os.O_WRONLY, 0o600)
	if errors.Is(err, fs.ErrExist) {
		return nil, fmt.Errorf("%s: another one runs already, or was killed: remove the file then", path)
	}
	if err != nil {
		return nil, err
	}
	_, err = fmt.Fprintln(file, os.Getpid())
	release = func() { _ = os.Remove(path) }
	if err = errors.Join(err, file.Close()); err != nil { // a full disk
		release()
		return nil, err
	}
	return release, nil
}
