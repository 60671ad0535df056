// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Command hostagentevents follows the hostagents of Lima instances and prints
// what changes: phases, ports, errors and the reason of an end.
//
//	hostagentevents [-o text|json] [-v] [INSTANCE|FOLDER]...
//
// It goes on over restarts of an instance, its deletion and its creation anew,
// until it is interrupted. Without arguments it follows all instances in Lima's
// home ($LIMA_HOME, or ~/.lima), those that appear later too.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/go-logr/logr"
)

// The exit codes.
const (
	exitOK     = 0
	exitFailed = 1 // an instance could not be followed, or nothing be printed
	exitUsage  = 2
)

const usage = `usage: hostagentevents [-o text|json] [-v] [INSTANCE|FOLDER]...

Follows the hostagents of Lima instances and prints what changes, until it is
interrupted: over restarts, deletion and creation anew. An INSTANCE is a name in
Lima's home ($LIMA_HOME, or ~/.lima), a FOLDER is an instance's folder with a
slash in its name. Without either all instances are followed, those that appear
later too.

`

func main() {
	c := command{
		stdout:   os.Stdout,
		stderr:   os.Stderr,
		terminal: isTerminal(os.Stdout),
		rescan:   time.Second,
	}
	os.Exit(c.main(os.Args[1:]))
}

// main runs until a signal. A second one ends the process at once, as the first
// cannot where standard output is stuck.
func (c command) main(args []string) int {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop)
	return c.run(ctx, args)
}

// isTerminal takes a character device for a terminal: what else is one either
// shows nothing or does not mind.
func isTerminal(f *os.File) bool {
	info, err := f.Stat()
	return err == nil && info.Mode()&os.ModeCharDevice != 0
}

// command is what the program is run with.
type command struct {
	stdout, stderr io.Writer
	terminal       bool          // show progress in a line that is written over
	rescan         time.Duration // how often instances are looked for
}

func (c command) run(ctx context.Context, args []string) int {
	flags := flag.NewFlagSet("hostagentevents", flag.ContinueOnError)
	flags.SetOutput(c.stderr)
	flags.Usage = func() {
		fmt.Fprint(c.stderr, usage)
		flags.PrintDefaults()
	}
	output := flags.String("o", "text", "output: `text` for people, json for programs, a line for each change")
	verbose := flags.Bool("v", false, "pass the hostagents' own logs on to standard error")
	switch err := flags.Parse(args); {
	case errors.Is(err, flag.ErrHelp):
		return exitOK
	case err != nil:
		return exitUsage
	case *output != "text" && *output != "json":
		fmt.Fprintf(c.stderr, "hostagentevents: -o %s: it must be text or json\n", *output)
		return exitUsage
	case slices.Contains(flags.Args(), ""):
		fmt.Fprintln(c.stderr, "hostagentevents: an instance has no name")
		return exitUsage
	}
	targets, err := findTargets(flags.Args())
	if err != nil {
		fmt.Fprintln(c.stderr, "hostagentevents:", err)
		return exitFailed
	}
	screen := &screen{out: c.stdout, err: c.stderr}
	defer screen.clear()
	f := newFollowers(targets, screen)
	f.print = screen.printer(*output == "json", c.terminal)
	f.logger = screen.notices()
	if *verbose {
		f.logger = logr.FromSlogHandler(slog.NewTextHandler(screen.errors(), &slog.HandlerOptions{Level: slog.LevelDebug}))
	}
	if err := f.run(ctx, c.rescan); err != nil {
		screen.complain("%v", err)
		return exitFailed
	}
	return exitOK
}

// findTargets says which instances are meant.
func findTargets(args []string) (targets, error) {
	home, err := limaHome()
	if err != nil {
		return targets{}, err
	}
	t := targets{home: home}
	for _, arg := range args {
		dir := filepath.Join(home, arg)
		if strings.ContainsRune(filepath.ToSlash(arg), '/') {
			if dir, err = filepath.Abs(arg); err != nil {
				return targets{}, err
			}
		}
		if !slices.Contains(t.named, dir) {
			t.named = append(t.named, dir)
		}
	}
	return t, nil
}

func limaHome() (string, error) {
	if home := os.Getenv("LIMA_HOME"); home != "" {
		return filepath.Abs(home)
	}
	home, err := os.UserHomeDir()
	if err != nil {
		return "", fmt.Errorf("where is Lima's home? %w", err)
	}
	return filepath.Join(home, ".lima"), nil
}
