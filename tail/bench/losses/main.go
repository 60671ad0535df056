// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Command losses counts what is lost, doubled, torn, held in memory or never
// returned when a log is followed in situations that occur: by package tail,
// by nxadm/tail and by GNU tail -F, one after another and with the same
// outside writer. It prints one table and fails where package tail does not
// come to what the table's last column demands.
//
// Every contestant runs in a process of its own with a limit in time, because
// some of them end the process or never come back.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func main() {
	logwriter.Main() // does not return in the process of a writer
	jobMain()        // nor this one in that of a contestant
	if err := run(os.Args[1:], os.Stdout, os.Stderr); err != nil {
		if !errors.Is(err, flag.ErrHelp) {
			fmt.Fprintln(os.Stderr, "losses:", err)
		}
		os.Exit(1)
	}
}

var errFailed = errors.New("package tail is not at what the table demands")

// settings are what the flags say.
type settings struct {
	Lines  int
	Trials int
	Race   bool
	only   *regexp.Regexp
	log    io.Writer // progress
}

const explanation = `
Counts stand in the order of the second column; "–" is what cannot be counted or does not apply.
Writers are processes of their own; unless a row says otherwise, they write 20,000 lines/s and rotate every 5,000 lines.`

// versions are those of the modules that matter.
func versions() string {
	info, _ := debug.ReadBuildInfo()
	var list strings.Builder
	for _, dep := range info.Deps {
		if strings.HasSuffix(dep.Path, "/nxadm/tail") || strings.HasSuffix(dep.Path, "/fsnotify/fsnotify") {
			fmt.Fprintf(&list, ", %s %s", dep.Path, dep.Version)
		}
	}
	return list.String()
}

func run(args []string, stdout, stderr io.Writer) error {
	s, err := parse(args, stderr)
	if err != nil {
		return err
	}
	dir, err := os.MkdirTemp("", "tail-losses-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	fmt.Fprintf(stdout, "%s %s/%s, %d CPUs%s\n%s\n\n", runtime.Version(), runtime.GOOS, runtime.GOARCH, runtime.NumCPU(), versions(), explanation)
	played, err := play(s, dir)
	if err != nil {
		return err
	}
	if _, err := io.WriteString(stdout, table(played)); err != nil {
		return err
	}
	return report(stdout, played)
}

func parse(args []string, stderr io.Writer) (settings, error) {
	s := settings{log: stderr}
	var only string
	flags := flag.NewFlagSet("losses", flag.ContinueOnError)
	flags.SetOutput(stderr)
	flags.IntVar(&s.Lines, "lines", 50_000, "lines that the outside writer writes")
	flags.IntVar(&s.Trials, "trials", 400, "trials, and cycles, of the rows that repeat a small thing")
	flags.BoolVar(&s.Race, "race", false, "build this program with the race detector too, for the row that needs it")
	flags.StringVar(&only, "run", "", "only the rows whose situation matches `regexp`")
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
	case s.Lines < 1:
		return s, fmt.Errorf("-lines is %d: it must be positive", s.Lines)
	case s.Trials < 1:
		return s, fmt.Errorf("-trials is %d: it must be positive", s.Trials)
	}
	return s, nil
}

// play lets all contestants go through the rows that are wanted.
func play(s settings, dir string) ([]played, error) {
	var done []played
	for _, r := range rows(s) {
		if !s.only.MatchString(r.situation) {
			continue
		}
		p, err := r.playAll(s, dir)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", r.situation, err)
		}
		done = append(done, p)
	}
	if len(done) == 0 {
		return nil, errors.New("-run selects nothing")
	}
	return done, nil
}
