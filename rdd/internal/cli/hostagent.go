// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"context"

	"github.com/sirupsen/logrus"
	"github.com/spf13/cobra"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
)

func newHostagent() *cobra.Command {
	var (
		o    hostagent.Options
		life bool
	)
	cmd := &cobra.Command{
		Use:    hostagent.Command + " NAME",
		Short:  "Be the hostagent of a Lima instance",
		Args:   usage(cobra.ExactArgs(1)),
		Hidden: true, // rdd calls it
		RunE: func(cmd *cobra.Command, args []string) error {
			o.Stdout, o.Stderr = cmd.OutOrStdout(), cmd.ErrOrStderr()
			if life {
				o.LifeLine = cmd.InOrStdin()
			}
			err := hostagent.Serve(cmd.Context(), args[0], o)
			if err != nil && hostagent.Available() == nil {
				logrus.Fatal(err) // the log is where others look for the reason
			}
			return err
		},
	}
	flags := cmd.Flags()
	flags.BoolVar(&life, hostagent.FlagLifeLine, false, "stop when standard input ends")
	flags.BoolVar(&o.Locked, hostagent.FlagLocked, false, "the parent process hands on the instance's lock")
	flags.BoolVar(&o.Progress, hostagent.FlagProgress, false, "report the guest's boot as events")
	flags.StringVar(&o.GuestAgent, hostagent.FlagGuestAgent, "", "`path` of the guest agent's binary, possibly gzipped")
	flags.StringVar(&o.NerdctlArchive, hostagent.FlagNerdctlArchive, "", "`path` of nerdctl's archive")
	return cmd
}

func newNetworks() *cobra.Command {
	return &cobra.Command{
		Use:    hostagent.NetworksCommand + " NAME",
		Short:  "Start the networks of a Lima instance",
		Args:   usage(cobra.ExactArgs(1)),
		Hidden: true, // rdd calls it
		RunE: func(cmd *cobra.Command, args []string) error {
			return hostagent.Networks(cmd.Context(), args[0], cmd.InOrStdin())
		},
	}
}

func newGuestInit() *cobra.Command {
	return &cobra.Command{
		Use:                nsguest.InitCommand,
		Short:              "Be the first process of a namespace guest",
		Hidden:             true, // the driver calls it
		DisableFlagParsing: true,
		RunE:               func(_ *cobra.Command, args []string) error { return nsguest.Init(args) },
	}
}

func newGuestAgent() *cobra.Command {
	return &cobra.Command{
		Use:    nsguest.AgentCommand,
		Short:  "Be the guest agent of a namespace guest",
		Args:   usage(cobra.NoArgs),
		Hidden: true, // the guest calls it
		RunE: func(cmd *cobra.Command, _ []string) error {
			logrus.SetLevel(logrus.InfoLevel)
			return nsguest.Agent(context.WithoutCancel(cmd.Context()))
		},
	}
}
