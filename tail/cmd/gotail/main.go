// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Command gotail is GNU tail for every platform: it prints the end of files and follows them
// through growth, rotation, truncation and absence.
//
// Its exit status is 0 when all went well, 1 when a file could not be read or the output not be written,
// 2 when the command line makes no sense, and 128 plus the signal's number when a signal ended it.
package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"runtime/debug"
	"syscall"
	"time"
)

const (
	statusFailure = 1
	statusUsage   = 2
)

// writeGrace is how long, after a signal, a write that nobody takes may hold up the end.
const writeGrace = time.Second

func main() {
	widen(os.Stdout)
	os.Exit(run(os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}

// run is the whole program; it returns the exit status.
func run(args []string, stdin *os.File, stdout, stderr io.Writer) int {
	opts, err := parse(args)
	switch {
	case err != nil:
		fmt.Fprintf(stderr, "gotail: %v\nTry 'gotail --help' for more information.\n", err)
		return statusUsage
	case opts.help:
		fmt.Fprint(stdout, usage)
		return 0
	case opts.version:
		fmt.Fprintln(stdout, "gotail", version())
		return 0
	}
	ctx, stop := untilSignal()
	defer stop()
	return supervise(ctx, newPrinter(opts, stdin, stdout, stderr))
}

// supervise lets p print until it has ended by itself or by a signal.
// Its goroutine ends with p.print, or with the process where a write is stuck.
func supervise(ctx context.Context, p *printer) int {
	done := make(chan int, 1)
	go func() { done <- p.print(ctx) }()
	select {
	case status := <-done:
		return status
	case <-ctx.Done():
	}
	select {
	case <-done:
	case <-time.After(writeGrace):
	}
	return signalStatus(ctx)
}

// interrupted is the cause of a context that a signal has ended.
type interrupted struct{ os.Signal }

func (i interrupted) Error() string { return "interrupted by " + i.String() }

// untilSignal returns a context that the first SIGINT or SIGTERM ends. A signal that
// the parent process had ignored, as nohup and a shell's & do, stays ignored.
func untilSignal() (context.Context, func()) {
	ctx, cancel := context.WithCancelCause(context.Background())
	signals := make(chan os.Signal, 1)
	for _, s := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		if !signal.Ignored(s) {
			signal.Notify(signals, s)
		}
	}
	// Ends with the first signal or with stop.
	go func() {
		select {
		case s := <-signals:
			cancel(interrupted{s})
		case <-ctx.Done():
		}
	}()
	return ctx, func() { signal.Stop(signals); cancel(nil) }
}

// signalStatus is what a shell reports for a process that died of the signal that ended ctx.
func signalStatus(ctx context.Context) int {
	if i := (interrupted{}); errors.As(context.Cause(ctx), &i) {
		if number, ok := i.Signal.(syscall.Signal); ok {
			return 128 + int(number)
		}
	}
	return statusFailure
}

func version() string {
	if info, ok := debug.ReadBuildInfo(); ok && info.Main.Version != "" {
		return info.Main.Version
	}
	return "(devel)"
}
