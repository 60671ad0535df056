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

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func main() {
	logwriter.Main() // does not return in the process of a writer
	jobMain()        // nor this one in that of a contestant
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
	lengths{},
	groups{},
	gotail{},
	syscalls{},
	keeping{},
	following{},
	latency{},
	neighbour{},
	idle{},
	polled{},
	many{},
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
	fmt.Fprintf(stdout, "%s\n%s\n", machine(), s)
	all, err := measureAll(s, stdout)
	if err != nil {
		return err
	}
	if err := barsTable(all).print(stdout); err != nil {
		return err
	}
	switch why := s.partial(); {
	case s.results == "":
		return nil
	case why != "":
		_, err := fmt.Fprintf(stdout, "\n%s stays as it is: %s.\n", resultsName, why)
		return err
	}
	return write(s, all)
}

// measureAll takes all measures that are wanted, and prints what they find.
func measureAll(s settings, stdout io.Writer) ([]found, error) {
	var all []found
	for _, m := range measures {
		r, err := m.measure(s)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", m.name(), err)
		}
		if r.empty() {
			continue
		}
		f := found{m.name(), r}
		if err := f.print(stdout); err != nil {
			return nil, err
		}
		all = append(all, f)
	}
	if len(all) == 0 {
		return nil, errors.New("-run selects nothing")
	}
	return all, nil
}

const fullSize, fullRounds = 100_000_000, 5

func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{log: stderr}
	var only string
	flags := flag.NewFlagSet("bench", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.Int64Var(&s.size, "size", fullSize, "size of the file to read, in `bytes`")
	flags.IntVar(&s.rounds, "rounds", fullRounds, "how often each contestant runs")
	flags.IntVar(&s.buffer, "buffer", 128<<10, "buffer of the floor loops, in `bytes`; the default is package tail's own")
	flags.BoolVar(&s.quick, "quick", false, "a fiftieth of the files, a tenth of the time: to see that it works, not how fast")
	flags.StringVar(&only, "run", "", "run only what matches `regexp`, as in reading/tail/channel")
	flags.StringVar(&s.dir, "dir", "", "make the files in a new `folder` in this one, not in that for temporary files")
	flags.StringVar(&s.results, "results", "", "write "+resultsName+" and its pictures into this `folder`, unless the run is a partial one")
	if err := flags.Parse(args); err != nil {
		return s, err
	}
	if flags.NArg() > 0 {
		return s, fmt.Errorf("unexpected argument %q", flags.Arg(0))
	}
	var err error
	if s.only, err = regexp.Compile(only); err != nil {
		return s, fmt.Errorf("-run: %w", err)
	}
	return s, s.check()
}

func (s settings) check() error {
	switch {
	case s.size < lineLength:
		return fmt.Errorf("-size is %d: it must be at least one line, %d bytes", s.size, lineLength)
	case s.rounds < 1:
		return fmt.Errorf("-rounds is %d: it must be positive", s.rounds)
	case s.buffer < lineLength:
		return fmt.Errorf("-buffer is %d: it must hold a line, %d bytes", s.buffer, lineLength)
	}
	return nil
}
