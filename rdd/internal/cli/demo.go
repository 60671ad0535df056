// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"fmt"

	"github.com/spf13/cobra"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/demo"
)

func newDemo() *cobra.Command {
	var o demo.Options
	cmd := &cobra.Command{
		Use:   "demo",
		Short: "Start a guest, show its events, ask it something and stop it",
		Long: `Start a real Lima hostagent on a namespace guest, in a throw-away Lima home,
show each of its events and the phase that it leads to, have a shell in the
guest answer over ssh, and stop it. Nothing is left behind, also when
interrupted.

The guest needs Linux, user namespaces and the programs of openssh-server and
openssh-client. Where it cannot be had, the command says why and plays a
recording through the same code.`,
		Args: usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if o.Timeout < 0 {
				return usageError{cmd, fmt.Errorf("a timeout of %s: it must not be negative", o.Timeout)}
			}
			ctx, stop := untilSignal(cmd.Context())
			defer stop()
			o.Out = cmd.OutOrStdout()
			return demo.Run(ctx, o)
		},
	}
	cmd.Flags().BoolVar(&o.Recording, "recording", false, "play the recording, even where a guest can be had")
	cmd.Flags().DurationVar(&o.Timeout, "timeout", demo.DefaultTimeout, "how long the guest may take to run")
	return cmd
}
