// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package logwriter is the outside writer of the tests and benchmarks: a
// program that numbers its lines, so that what a reader lost, doubled or tore
// can be counted, and rotates its log as loggers do.
package logwriter

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"strings"
	"time"
)

// Rotation is how the log is rotated.
type Rotation string

// The rotations.
const (
	None         Rotation = ""
	Rename       Rotation = "rename"       // log to log.1 to log.2, and a new log
	Delete       Rotation = "delete"       // the log is deleted and made anew
	CopyTruncate Rotation = "copytruncate" // log is copied to log.1 and truncated
	Truncate     Rotation = "truncate"     // the log is truncated just before the next bytes are written
	Dated        Rotation = "dated"        // log to log-20060102…, and a new log
)

// Plan says what is written.
type Plan struct {
	Path      string
	Lines     int
	Length    int // bytes of a line, newline included; 0 is 116
	Grow      int // bytes by which lines are longer after each rotation
	PerSecond int // lines; 0 is as fast as it goes
	Rotation  Rotation
	Every     int           // lines between rotations
	Keep      int           // rotated files that are kept; 0 is all
	Pause     time.Duration // before each rotation
	Aside     bool          // CopyTruncate goes on while lines are written, as where another program does it
	Pieces    bool          // each line in three calls
	Buffer    int           // bytes that are gathered before they are written, wherever lines end; 0 writes each line at once
}

// variable hands a plan to the writer's process.
const variable = "TAIL_LOGWRITER_PLAN"

// Main turns the process into a writer where it was started as one by Start.
// Programs that call Start call it first.
func Main() {
	text, ok := os.LookupEnv(variable)
	if !ok {
		return
	}
	var p Plan
	err := json.Unmarshal([]byte(text), &p)
	if err == nil {
		err = p.Run()
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "logwriter:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// Start runs the plan in a process of its own.
func Start(p Plan) (*exec.Cmd, error) {
	text, err := json.Marshal(p)
	if err != nil {
		return nil, err
	}
	exe, err := os.Executable()
	if err != nil {
		return nil, err
	}
	cmd := exec.Command(exe)
	// A program with the race detector would sleep for a second before it ends.
	cmd.Env = append(os.Environ(), variable+"="+string(text), "GORACE=atexit_sleep_ms=0")
	cmd.Stderr = os.Stderr
	return cmd, cmd.Start()
}

// Line returns the n-th line, newline included.
func (p Plan) Line(n int) string {
	length := p.Length
	if length == 0 {
		length = 116
	}
	if p.Every > 0 {
		length += (n - 1) / p.Every * p.Grow
	}
	number := fmt.Sprintf("%09d ", n)
	return number + strings.Repeat("x", max(0, length-len(number)-1)) + "\n"
}

// Run writes the lines 1 to p.Lines.
func (p Plan) Run() error {
	l := &log{Plan: p}
	if err := l.open(); err != nil {
		return err
	}
	begin := time.Now()
	for n := 1; n <= p.Lines; n++ {
		if p.Every > 0 && n > 1 && (n-1)%p.Every == 0 {
			if err := l.rotate(n / p.Every); err != nil {
				return err
			}
		}
		if err := l.write(p.Line(n)); err != nil {
			return err
		}
		if p.PerSecond > 0 && n%20 == 0 {
			time.Sleep(time.Until(begin.Add(time.Duration(n) * time.Second / time.Duration(p.PerSecond))))
		}
	}
	return l.close()
}

// log is the file that is written now.
type log struct {
	Plan
	f     *os.File
	buf   *bufio.Writer // nil where nothing is gathered
	cut   bool          // truncate before the next bytes
	aside chan error    // of the rotation that was begun beside the writing
}

func (l *log) open() error {
	f, err := os.OpenFile(l.Path, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	l.f = f
	if l.Buffer > 0 {
		l.buf = bufio.NewWriterSize(l, l.Buffer)
	}
	return nil
}

// Write is where all bytes go to the file.
func (l *log) Write(b []byte) (int, error) {
	if l.cut {
		l.cut = false
		if err := l.f.Truncate(0); err != nil {
			return 0, err
		}
	}
	return l.f.Write(b)
}

func (l *log) write(line string) error {
	var w io.Writer = l
	if l.buf != nil {
		w = l.buf
	}
	parts := []string{line}
	if l.Pieces {
		third := len(line) / 3
		parts = []string{line[:third], line[third : 2*third], line[2*third:]}
	}
	for _, part := range parts {
		if _, err := io.WriteString(w, part); err != nil {
			return err
		}
	}
	return nil
}

func (l *log) flush() error {
	if l.buf == nil {
		return nil
	}
	return l.buf.Flush()
}

// settle waits for the rotation that was begun beside the writing.
func (l *log) settle() error {
	if l.aside == nil {
		return nil
	}
	err := <-l.aside
	l.aside = nil
	return err
}

func (l *log) close() error {
	return errors.Join(l.flush(), l.settle(), l.f.Close())
}

// rotate does the n-th rotation.
func (l *log) rotate(n int) error {
	if err := errors.Join(l.flush(), l.settle()); err != nil {
		return err
	}
	time.Sleep(l.Pause)
	switch l.Rotation {
	case CopyTruncate:
		return l.renew(n)
	case Truncate:
		l.cut = true
		return nil
	}
	return errors.Join(l.f.Close(), l.moveAway(n), l.open())
}

// renew does copytruncate, beside the writing where the plan says so.
func (l *log) renew(n int) error {
	if !l.Aside {
		return l.copyTruncate(n)
	}
	done := make(chan error, 1)
	l.aside = done
	go func() { done <- l.copyTruncate(n) }()
	return nil
}

func (l *log) copyTruncate(n int) error {
	if err := errors.Join(l.shift(n), l.copyAway()); err != nil {
		return err
	}
	return l.f.Truncate(0)
}

func (l *log) copyAway() error {
	content, err := os.ReadFile(l.Path)
	if err != nil {
		return err
	}
	return os.WriteFile(l.Path+".1", content, 0o600)
}

func (l *log) moveAway(n int) error {
	switch l.Rotation {
	case Delete:
		return os.Remove(l.Path)
	case Dated:
		if err := os.Rename(l.Path, l.dated(n)); err != nil || l.Keep == 0 || n <= l.Keep {
			return err
		}
		return os.Remove(l.dated(n - l.Keep))
	}
	if err := l.shift(n); err != nil {
		return err
	}
	return os.Rename(l.Path, l.Path+".1")
}

// dated is the name that the n-th rotation gives.
func (l *log) dated(n int) string { return fmt.Sprintf("%s-20260101%06d", l.Path, n) }

// shift moves log.1 to log.2 and so on, and lets the last one go.
func (l *log) shift(n int) error {
	last := n
	if l.Keep > 0 {
		last = min(n, l.Keep)
	}
	for i := last - 1; i >= 1; i-- {
		if err := os.Rename(fmt.Sprintf("%s.%d", l.Path, i), fmt.Sprintf("%s.%d", l.Path, i+1)); err != nil {
			return err
		}
	}
	return nil
}
