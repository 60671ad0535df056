// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"cmp"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/bench/internal/apart"
)

// job is what one process does: one contestant in one row.
type job struct {
	Row, Contestant string
	Settings        settings
	Dir             string // an empty folder
}

// variable hands a job to its process.
const variable = "TAIL_LOSSES_JOB"

// raceExit is how a process ends in which the race detector found something.
const raceExit = 66

// answer is what the process of a job prints.
type answer struct {
	Result result
	Error  string // of this program, not of the contestant
}

// jobMain does its job and exits where the process was started for one.
func jobMain() {
	text, ok := os.LookupEnv(variable)
	if !ok {
		return
	}
	var j job
	var a answer
	err := errors.Join(json.Unmarshal([]byte(text), &j), apart.Bequeath())
	if err == nil {
		a.Result, err = j.do()
	}
	if err != nil {
		a.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		fmt.Fprintln(os.Stderr, "losses:", err)
	}
	os.Exit(0)
}

func (j job) do() (result, error) {
	for _, r := range rows(j.Settings) {
		for _, c := range contestants {
			if r.situation != j.Row || c.name != j.Contestant {
				continue
			}
			res, err := r.play(c, j.Dir)
			if errors.Is(err, errNotFollowed) {
				return word("does not begin"), nil
			}
			return res, err
		}
	}
	return result{}, fmt.Errorf("there is no %q for %q", j.Row, j.Contestant)
}

// start does the job in a process of its own. It returns what came of it and
// the end of what was written to standard error.
func (r row) start(j job) (result, string, error) {
	cmd, err := r.process(j.Dir)
	if err != nil {
		return result{}, "", err
	}
	text, err := json.Marshal(j)
	if err != nil {
		return result{}, "", err
	}
	cmd.Env = append(os.Environ(), variable+"="+string(text))
	ended, err := apart.Run(cmd, j.Dir, cmp.Or(r.limit, usualLimit))
	if err != nil {
		return result{}, "", err
	}
	if ended.Late {
		return word("hangs"), ended.Stderr, nil
	}
	res, err := outcome(ended)
	return res, ended.Stderr, err
}

func (r row) process(dir string) (*exec.Cmd, error) {
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	if r.command == nil {
		return exec.Command(exe), nil
	}
	return r.command(exe, dir)
}

// outcome reads what a process printed, in view of how it ended.
func outcome(ended apart.Ended) (result, error) {
	if w := exitWord(ended.Err); w != "" {
		return word(w), nil
	}
	var a answer
	if err := json.Unmarshal(ended.Stdout, &a); err != nil {
		return result{}, fmt.Errorf("a process printed %q: %w", ended.Stdout, err)
	}
	if a.Error != "" {
		return result{}, errors.New(a.Error)
	}
	return a.Result, nil
}

// exitWord says how a process ended that did not end well.
func exitWord(ended error) string {
	var exit *exec.ExitError
	switch {
	case !errors.As(ended, &exit):
		return ""
	case exit.ExitCode() == raceExit:
		return "data race"
	}
	return fmt.Sprintf("exits %d", exit.ExitCode())
}
