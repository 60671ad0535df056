// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package hostagenteventstest writes the logs of a Lima hostagent for the tests
// of programs that follow them: events in Lima's own order, with Lima's own
// repetitions, and the lines of stderr that go with them. It needs no Lima, no
// guest and no time.
//
// As with [net/http/httptest], what cannot be done panics: there is nothing that
// a test could do about it.
package hostagenteventstest

import (
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

// DefaultSSHPort is the port of a guest that was booted without another one.
const DefaultSSHPort = 60022

// Hostagent writes the two logs of one hostagent. It is for one goroutine at a
// time, and follows nothing itself.
//
// Its methods come in three layers: whole courses ([Hostagent.Boot],
// [Hostagent.BootDegraded], [Hostagent.Restart], [Hostagent.Exit],
// [Hostagent.Crash], [Hostagent.BadLines]); the events of which they consist, by
// name; and any event or line at all.
type Hostagent struct {
	// Dir is the instance's folder, Stdout and Stderr the paths of
	// ha.stdout.log and ha.stderr.log in it.
	Dir, Stdout, Stderr string
	// Now is the clock; nil is [time.Now].
	Now func() time.Time
	// Slow, where set, is called in the midst of each line, when half of it
	// has been written.
	Slow func()

	stdout, stderr *os.File
	port           int
	status         hostagentevents.Status // as last written: the next event repeats it
}

// New returns a hostagent whose logs are in dir, which must exist. They are made
// by [Hostagent.Start]. Another Hostagent on the same folder is the next one of
// the instance; where the system lets a file be deleted that is written to, the
// older one may still write late lines.
func New(dir string) *Hostagent {
	return &Hostagent{
		Dir:    dir,
		Stdout: filepath.Join(dir, "ha.stdout.log"),
		Stderr: filepath.Join(dir, "ha.stderr.log"),
		port:   DefaultSSHPort,
	}
}

// Start deletes the logs and makes new ones, as limactl does before it starts a
// hostagent. Nothing is written yet. Where a file that is held cannot be deleted
// at once, as under Wine, it is truncated, and what nobody has read yet is lost.
func (h *Hostagent) Start() {
	h.Close()
	for _, path := range []string{h.Stdout, h.Stderr} {
		if err := os.Remove(path); !errors.Is(err, fs.ErrNotExist) {
			check(err)
		}
	}
	h.stdout, h.stderr = create(h.Stdout), create(h.Stderr)
	h.status = hostagentevents.Status{}
}

// Rotate keeps the logs of before as ha.stdout.log.N and ha.stderr.log.N, with
// the next number from 1 that is free, for a Start that is to delete none.
func (h *Hostagent) Rotate() {
	h.Close()
	for _, path := range []string{h.Stdout, h.Stderr} {
		check(os.Rename(path, nextFree(path)))
	}
}

// nextFree is a name that nobody has: on Windows nothing can be renamed onto a
// file that somebody holds.
func nextFree(path string) string {
	for n := 1; ; n++ {
		name := fmt.Sprintf("%s.%d", path, n)
		if _, err := os.Lstat(name); errors.Is(err, fs.ErrNotExist) {
			return name
		}
	}
}

// Close closes the logs, and writes nothing: what remains of a hostagent that was
// killed. It may be called again, and before Start.
func (h *Hostagent) Close() {
	for _, f := range []*os.File{h.stdout, h.stderr} {
		if f != nil {
			check(f.Close())
		}
	}
	h.stdout, h.stderr = nil, nil
}

func create(path string) *os.File {
	f, err := os.Create(path)
	check(err)
	return f
}

func check(err error) {
	if err != nil {
		panic(fmt.Sprintf("hostagenteventstest: %v", err))
	}
}

// Line writes one line of any kind to ha.stdout.log; text needs no newline.
func (h *Hostagent) Line(text string) { h.write(h.stdout, text) }

// LogLine writes one line of any kind to ha.stderr.log; text needs no newline.
func (h *Hostagent) LogLine(text string) { h.write(h.stderr, text) }

// Part writes text to ha.stdout.log as it is: half a line, say.
func (h *Hostagent) Part(text string) {
	_, err := h.stdout.WriteString(text)
	check(err)
}

// write writes a line in one piece, as Lima does, or in two.
func (h *Hostagent) write(log *os.File, text string) {
	if log == nil {
		panic("hostagenteventstest: the hostagent is not started")
	}
	text += "\n"
	if h.Slow != nil {
		half := len(text) / 2
		_, err := log.WriteString(text[:half])
		check(err)
		h.Slow()
		text = text[half:]
	}
	_, err := log.WriteString(text)
	check(err)
}

// Event writes an event with any status. Later ones repeat it.
func (h *Hostagent) Event(status hostagentevents.Status) {
	h.status = status
	line, err := json.Marshal(hostagentevents.Event{Time: h.now(), Status: status})
	check(err)
	h.Line(string(line))
}

// Log writes a line of the log with one of logrus's levels: "panic", "fatal",
// "error", "warning", "info", "debug" or "trace".
func (h *Hostagent) Log(level, message string) {
	line, err := json.Marshal(struct {
		Level string    `json:"level"`
		Msg   string    `json:"msg"`
		Time  time.Time `json:"time"`
	}{level, message, h.now().Truncate(time.Second)})
	check(err)
	h.LogLine(string(line))
}

func (h *Hostagent) now() time.Time {
	if h.Now != nil {
		return h.Now()
	}
	return time.Now()
}
