// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package cli is rdd's command line.
package cli

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/lima"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/plain"
)

// The statuses with which rdd exits. One that a signal cut short exits with
// statusSignal and the signal's number.
const (
	statusOK     = 0
	statusFailed = 1
	statusUsage  = 2
	statusSignal = 128
)

// Run is rdd, called with args, and returns its exit status. release is its
// version; empty if it is no release.
func Run(args []string, release string) int {
	ctx := context.Background()
	lima.Setup(ctx, os.Stderr)
	root := newRoot(release)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if err != nil {
		fmt.Fprintln(os.Stderr, "rdd:", plain.Lines(err.Error())) // the guest may have its say in it
	}
	return exitStatus(err)
}

func newRoot(release string) *cobra.Command {
	root := &cobra.Command{
		Use:           "rdd",
		Short:         "Keep Lima virtual machines",
		Version:       version(release),
		Args:          usage(noCommand),
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
		SilenceUsage:  true,
		SilenceErrors: true,
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error { return usageError{cmd, err} })
	root.AddCommand(newDemo(), newHostagent(), newNetworks(), newUsernet(), newGuestInit(), newGuestAgent())
	checkDefaults(root)
	return root
}

// checkDefaults makes cobra's own commands as strict as the others: it shows
// help where they are called wrongly, and is content.
func checkDefaults(root *cobra.Command) {
	root.InitDefaultHelpCmd()
	root.InitDefaultCompletionCmd()
	for _, cmd := range root.Commands() {
		switch cmd.Name() {
		case "help":
			cmd.Args = usage(knownCommand)
		case "completion":
			cmd.Args, cmd.RunE = usage(noCommand), root.RunE
			for _, shell := range cmd.Commands() {
				shell.Args = usage(shell.Args)
			}
		}
	}
}

// knownCommand says what "rdd help" would not of a command that there is not.
func knownCommand(cmd *cobra.Command, args []string) error {
	if _, rest, err := cmd.Root().Find(args); err != nil || len(rest) > 0 {
		return fmt.Errorf("unknown command %q", strings.Join(args, " "))
	}
	return nil
}

// noCommand says what cobra would, had the root no Args of its own.
func noCommand(_ *cobra.Command, args []string) error {
	if len(args) > 0 {
		return fmt.Errorf("unknown command %q", args[0])
	}
	return nil
}

// usageError is a call that the command line does not allow.
type usageError struct {
	cmd *cobra.Command
	err error
}

func (e usageError) Error() string {
	return fmt.Sprintf("%v (see %s --help)", e.err, e.cmd.CommandPath())
}
func (e usageError) Unwrap() error { return e.err }

// usage makes the errors of check usage errors.
func usage(check cobra.PositionalArgs) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if err := check(cmd, args); err != nil {
			return usageError{cmd, err}
		}
		return nil
	}
}

// interrupted is the cause of a context that a signal ended.
type interrupted struct{ syscall.Signal }

func (i interrupted) Error() string { return "cut short: " + i.Signal.String() }

// again is how long after the first signal a Ctrl-C may still be the same one.
const again = time.Second

// untilSignal returns a context that ends when the user, or the terminal, wants
// the program to end. SIGPIPE is among the signals, for without a handler a
// write to a closed pipe ends the program on the spot. SIGHUP is not where it is
// ignored already, as under nohup.
//
// A Ctrl-C some time after that ends the program on the spot: where its output is
// stuck, it cannot end itself. At once it does not, for timeout(1) sends two, nor
// does a second hangup, for a terminal that is closed may send two.
func untilSignal(ctx context.Context) (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancelCause(ctx)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGPIPE)
	if !signal.Ignored(syscall.SIGHUP) {
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() { // until ctx ends, by the signal or by the caller
		select {
		case s := <-signals:
			cancel(interrupted{s.(syscall.Signal)})
			time.AfterFunc(again, func() { signal.Reset(os.Interrupt) })
		case <-ctx.Done():
		}
	}()
	return ctx, func() {
		if ctx.Err() == nil { // else the program is about to end, and the signal may come again
			signal.Stop(signals)
		}
		cancel(nil)
	}
}

func exitStatus(err error) int {
	var (
		signaled interrupted
		wrong    usageError
	)
	switch {
	case err == nil:
		return statusOK
	case errors.As(err, &signaled):
		return statusSignal + int(signaled.Signal)
	case errors.Is(err, syscall.EPIPE): // and the signal that goes with it was slower
		return statusSignal + int(syscall.SIGPIPE)
	case errors.As(err, &wrong):
		return statusUsage
	}
	return statusFailed
}
