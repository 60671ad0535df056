// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Command bench compares package tail with its peers, and with the bare system calls, on the same work in one run.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
)

func main() {
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "bench:", err)
		}
		os.Exit(1)
	}
}

// measures is what there is to measure, in the order of printing. A new benchmark is a new file and a row here.
var measures = []measure{
	reading{},
}

func run(args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp(s.dir, "tail-bench-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	s.dir = dir
	fmt.Fprintf(stdout, "%s %s/%s, %d CPUs\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU())
	for _, m := range measures {
		t, err := m.measure(s)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name(), err)
		}
		if err := t.print(stdout); err != nil {
			return err
		}
	}
	return nil
}

func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{log: stderr}
	var only string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Int64Var(&s.size, "size", 100_000_000, "size of the file to read, in `bytes`")
	flags.IntVar(&s.rounds, "rounds", 5, "how often each contestant runs")
	flags.IntVar(&s.buffer, "buffer", 128<<10, "buffer of the floor loops, in `bytes`; the default is package tail's own")
	flags.StringVar(&only, "run", "", "run only what matches `regexp`, as in reading/tail/channel")
	flags.StringVar(&s.dir, "dir", "", "make the files in a new `folder` in this one, not in that for temporary files")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	var err error
	if s.only, err = regexp.Compile(only); err != nil {
		return s, fmt.Errorf("-run: %w", err)
	}
	switch {
	case flags.NArg() > 0:
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	case s.size < lineLength:
		return s, fmt.Errorf("-size is %d: it must be at least one line, %d bytes", s.size, lineLength)
	case s.rounds < 1:
		return s, fmt.Errorf("-rounds is %d: it must be positive", s.rounds)
	case s.buffer < lineLength:
		return s, fmt.Errorf("-buffer is %d: it must hold a line, %d bytes", s.buffer, lineLength)
	}
	return s, nil
}
