// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"errors"
	"io"
	"log"
	"os"
	"os/exec"
	"strings"
	"sync"
	"time"

	nxadm "github.com/nxadm/tail"
	"github.com/nxadm/tail/ratelimiter"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// contestant is one who follows a log.
type contestant struct {
	name    string
	library bool // it has calls to stop, and the like
	open    func(path string, o options) (follower, error)
	absent  func() bool // it is not there on this machine
}

// contestants are all of them. The first is ours.
var contestants = []contestant{
	{"ours", true, openOurs, present},
	{"nxadm/tail", true, openNxadm, present},
	{"GNU tail -F", false, openGNU, sync.OnceValue(noGNU)},
}

func present() bool { return false }

// options are those that differ between rows. All else is the default: the
// name is followed, and CompleteLines is false.
type options struct {
	poll, pipe  bool
	maxLineSize int
	bucket      *ratelimiter.LeakyBucket
}

// event is what a follower has to tell.
type event struct {
	text string
	gap  bool // it is the report of a gap
	end  bool // there will be nothing more
	late bool // there was nothing in time
}

// follower follows one log.
type follower interface {
	// next waits for the next line until timeout fires.
	next(timeout <-chan time.Time) event
	Stop() error
}

// library is what a follower is that is a library.
type library interface {
	follower
	StopAtEOF() error
	Tell() (int64, error)
}

// receive is next for a follower that has a channel.
func receive[T any](lines <-chan T, timeout <-chan time.Time, what func(T) event) event {
	select {
	case line, ok := <-lines:
		if !ok {
			return event{end: true}
		}
		return what(line)
	case <-timeout:
		return event{late: true}
	}
}

type ours struct{ *tail.Tail }

func openOurs(path string, o options) (follower, error) {
	config := tail.Config{
		Follow: true, ReOpen: !o.pipe, ReportGaps: true, Poll: o.poll, Pipe: o.pipe,
		MaxLineSize: o.maxLineSize, RateLimiter: o.bucket,
		Logger: log.New(os.Stderr, "", log.Ltime|log.Lmicroseconds),
	}
	t, err := tail.Open(path, config)
	return ours{t}, err
}

func (o ours) next(timeout <-chan time.Time) event {
	return receive(o.Lines, timeout, func(l *tail.Line) event { return event{text: l.Text, gap: l.Gap != nil} })
}

type theirs struct{ *nxadm.Tail }

func openNxadm(path string, o options) (follower, error) {
	t, err := nxadm.TailFile(path, nxadm.Config{
		Follow: true, ReOpen: !o.pipe, Poll: o.poll, Pipe: o.pipe,
		MaxLineSize: o.maxLineSize, RateLimiter: o.bucket,
		Logger: nxadm.DiscardingLogger,
	})
	return theirs{t}, err
}

func (t theirs) next(timeout <-chan time.Time) event {
	return receive(t.Lines, timeout, func(l *nxadm.Line) event { return event{text: l.Text} })
}

// gnu is GNU tail in a process of its own.
type gnu struct {
	cmd   *exec.Cmd
	lines chan string
}

// noGNU reports that the command tail is not there or somebody else's.
func noGNU() bool {
	out, err := exec.Command("tail", "--version").Output()
	return err != nil || !strings.Contains(string(out), "GNU coreutils")
}

func openGNU(path string, o options) (follower, error) {
	args := []string{"-F", "-n", "+1"}
	if o.poll {
		args = append(args, "---disable-inotify", "-s", "0.25") // as often as the libraries
	}
	g := gnu{exec.Command("tail", append(args, path)...), make(chan string)}
	g.cmd.Stderr = os.Stderr
	out, err := g.cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	go g.read(out)
	return g, g.cmd.Start()
}

// read ends when tail does.
func (g gnu) read(out io.Reader) {
	defer close(g.lines)
	for r := bufio.NewReader(out); ; {
		line, err := r.ReadString('\n')
		if err != nil {
			return
		}
		g.lines <- strings.TrimSuffix(line, "\n")
	}
}

func (g gnu) next(timeout <-chan time.Time) event {
	return receive(g.lines, timeout, func(s string) event { return event{text: s} })
}

func (g gnu) Stop() error {
	err := g.cmd.Process.Kill()
	for range g.lines { // until its goroutine has ended
	}
	_ = g.cmd.Wait() // it says that it was killed
	return err
}

// header is the line that a log begins with. It is not counted: when it has
// come, the log is being followed.
const header = "begin"

var errNotFollowed = errors.New("the first line of the log does not come")

// follow makes the log and returns once it is being followed.
func (c contestant) follow(path string, o options) (follower, error) {
	if err := os.WriteFile(path, []byte(header+"\n"), 0o600); err != nil {
		return nil, err
	}
	return c.join(path, o)
}

// join is follow for a log that is there.
func (c contestant) join(path string, o options) (follower, error) {
	f, err := c.open(path, o)
	if err != nil {
		return nil, err
	}
	if e := f.next(time.After(patience)); e.text != header {
		return nil, errNotFollowed
	}
	return f, nil
}

// patience is how long one waits for what must come.
const patience = 10 * time.Second

// bounded says whether f returns.
func bounded(f func()) string {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return "returns"
	case <-time.After(patience / 2):
		return "hangs"
	}
}
