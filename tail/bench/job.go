// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/bench/internal/apart"
)

// job is what one contestant does in a process of its own, so that nobody
// else's CPU time, memory and system calls count.
type job struct {
	Task       string // of tasks
	Contestant string
	Dir        string   // an empty folder
	Paths      []string // the first is the one that is written, where any is
	Poll       bool
	Lines      int // that are written
	PerSecond  int
	Settle     time.Duration // to be idle for before anything is measured
	Window     time.Duration // and then
	Buffer     int
	Neighbour  string // the file that somebody else writes, if anybody does
}

// answer is what a job comes to.
type answer struct {
	Figures map[string]float64
	Samples []float64
	Error   string
}

// tasks are what jobs do.
var tasks = map[string]func(job) (answer, error){
	"read":      readTask,
	"follow":    followTask,
	"latency":   latencyTask,
	"idle":      idleTask,
	"neighbour": neighbourTask,
}

// variable names the file with its job to a process. The names of ten thousand
// files are too long for the variable itself.
const variable = "TAIL_BENCH_JOB"

// jobMain does its job and exits where the process was started for one.
func jobMain() {
	path, ok := os.LookupEnv(variable)
	if !ok {
		return
	}
	var j job
	var a answer
	text, err := os.ReadFile(path)
	if err == nil {
		err = errors.Join(json.Unmarshal(text, &j), apart.Bequeath())
	}
	if err == nil {
		a, err = tasks[j.Task](j)
	}
	if err != nil {
		a.Error = err.Error()
	}
	if err := json.NewEncoder(os.Stdout).Encode(a); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// jobLimit is ample: no job is meant to come near it.
const jobLimit = 3 * time.Minute

// run does the job in a process of its own, which the command in front of it
// starts where there is one.
func (j job) run(front ...string) (answer, error) {
	var a answer
	text, err := json.Marshal(j)
	if err != nil {
		return a, err
	}
	path := filepath.Join(j.Dir, "job.json")
	if err := os.WriteFile(path, text, 0o600); err != nil {
		return a, err
	}
	exe, err := os.Executable()
	if err != nil {
		return a, err
	}
	args := slices.Concat(front, []string{exe})
	cmd := exec.Command(args[0], args[1:]...)
	cmd.Env = append(os.Environ(), variable+"="+path)
	ended, err := apart.Run(cmd, j.Dir, jobLimit)
	switch {
	case err != nil:
		return a, err
	case ended.Late:
		return a, fmt.Errorf("it hangs; its last words: %q", ended.Stderr)
	case ended.Err != nil:
		return a, fmt.Errorf("%w; its last words: %q", ended.Err, ended.Stderr)
	}
	if err := json.Unmarshal(ended.Stdout, &a); err != nil {
		return a, fmt.Errorf("a job printed %q: %w", ended.Stdout, err)
	}
	if a.Error != "" {
		return a, errors.New(a.Error)
	}
	return a, nil
}

// within gives the job a folder of its own below s.dir, for as long as do runs.
func (j job) within(s settings, do func(job) error) error {
	dir, err := os.MkdirTemp(s.dir, "job-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	j.Dir = dir
	return do(j)
}

// writesTo makes the job's own log, which is written, the first of its files.
func (j *job) writesTo(name string) {
	j.Paths = append([]string{filepath.Join(j.Dir, name)}, j.Paths...)
}
