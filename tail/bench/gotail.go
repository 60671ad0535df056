// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"
)

// gotail measures how fast the command prints a file, beside GNU tail.
type gotail struct{}

func (gotail) name() string { return "gotail" }

const gotailPackage = "github.com/rancher-sandbox/rancher-desktop-daemon/tail/cmd/gotail"

func (m gotail) measure(s settings) (result, error) {
	var r result
	es := s.entries(m, "gotail/pipe", "gotail/file", "gnu/pipe", "gnu/file")
	if len(es) == 0 {
		return r, nil
	}
	commands := map[string]string{"gotail": filepath.Join(s.dir, "gotail"), "gnu": "tail"}
	if out, err := exec.Command("go", "build", "-o", commands["gotail"], gotailPackage).CombinedOutput(); err != nil {
		return r, fmt.Errorf("go build: %w: %s", err, out)
	}
	if noGNU() {
		r.note("gotail was not compared with GNU tail: it is not on this machine.")
		return r, nil
	}
	path := filepath.Join(s.dir, "log")
	defer os.Remove(path)
	want, err := writeLines(path, 4*s.size, lineLength) // so that the start of a process hardly counts
	if err != nil {
		return r, err
	}
	err = s.interleave(m, es, true, func(e *entry, counts bool) error {
		command, output, _ := strings.Cut(e.name, "/")
		took, err := timed(exec.Command(commands[command], "-n", "+1", path), output == "pipe", filepath.Join(s.dir, "out"), want.bytes)
		if counts {
			e.add(map[string]float64{"MB/s": float64(want.bytes) / 1e6 / took.Seconds()})
		}
		return err
	})
	r.tables = []table{es.table(
		fmt.Sprintf(`gotail -n +1 FILE and GNU tail -n +1 FILE, a file of %.0f MB, to a pipe and to a new file, with the start of the process.`+spreadNote, float64(want.bytes)/1e6, s.rounds),
		column{"MB/s", "%.0f", ""}, column{"MB/s", "", "gnu/pipe"}, column{"MB/s", "", "gnu/file"},
	)}
	r.atLeast(1, es.ratio("MB/s", "gotail/pipe", "gnu/pipe"), "gotail -n +1 to a pipe: rate / GNU tail's")
	r.atLeast(1, es.ratio("MB/s", "gotail/file", "gnu/file"), "gotail -n +1 to a file: rate / GNU tail's")
	return r, err
}

// noGNU reports that the command tail is not there or somebody else's.
func noGNU() bool {
	out, err := exec.Command("tail", "--version").Output()
	return err != nil || !strings.Contains(string(out), "GNU coreutils")
}

// timed lets a command print so many bytes, and says how long it takes.
func timed(cmd *exec.Cmd, pipe bool, path string, want int64) (time.Duration, error) {
	run := toFile
	if pipe {
		run = toPipe
	}
	cmd.Stderr = os.Stderr
	start := time.Now()
	got, err := run(cmd, path)
	took := time.Since(start)
	if err == nil && got != want {
		err = fmt.Errorf("printed %d bytes of %d", got, want)
	}
	return took, err
}

func toFile(cmd *exec.Cmd, path string) (int64, error) {
	f, err := os.Create(path)
	if err != nil {
		return 0, err
	}
	defer os.Remove(path)
	defer f.Close()
	cmd.Stdout = f
	if err := cmd.Run(); err != nil {
		return 0, err
	}
	return f.Seek(0, io.SeekEnd)
}

func toPipe(cmd *exec.Cmd, _ string) (int64, error) {
	out, err := cmd.StdoutPipe()
	if err != nil {
		return 0, err
	}
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	var d discard
	_, err = io.CopyBuffer(&d, struct{ io.Reader }{out}, make([]byte, 128<<10))
	return d.bytes, errors.Join(err, cmd.Wait())
}
