// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"io"
	"reflect"
	"strings"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

// A screen takes what several goroutines have to show.
type screen struct {
	mu sync.Mutex
	w  io.Writer
}

func (s *screen) printf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	fmt.Fprintf(s.w, format, args...)
}

// phase is where a guest is in its life.
type phase string

const (
	starting phase = "Starting"
	running  phase = "Running"
	degraded phase = "Degraded"
	stopped  phase = "Stopped"
)

// next is the phase that an event leads to. An event that leaves something out
// does not take it back: a guest that ran once runs until the hostagent exits.
func (p phase) next(s hostagentevents.Status) phase {
	switch {
	case s.Exiting:
		return stopped
	case s.Running && s.Degraded:
		return degraded
	case s.Running:
		return running
	}
	return p
}

// A story shows events as they come.
type story struct {
	out   *screen
	begin time.Time // of the first event
	last  hostagentevents.Status
	phase phase
}

func newStory(out *screen) *story { return &story{out: out, phase: starting} }

// tell shows one event: when it was sent, counted from the first, the phase that
// it leads to, and what is new in it.
func (s *story) tell(e hostagentevents.Event) {
	if s.begin.IsZero() {
		s.begin = e.Time
	}
	s.phase = s.phase.next(e.Status)
	s.out.printf("%8.3fs  %-8s  %s\n", e.Time.Sub(s.begin).Seconds(), s.phase, strings.Join(news(s.last, e.Status), ", "))
	s.last = e.Status
}

// news is what an event says that the one before did not: Lima repeats old
// fields in each event.
func news(last, now hostagentevents.Status) (words []string) {
	add := func(fresh bool, format string, args ...any) {
		if fresh {
			words = append(words, fmt.Sprintf(format, args...))
		}
	}
	add(now.SSHLocalPort != 0 && now.SSHLocalPort != last.SSHLocalPort, "sshLocalPort %d", now.SSHLocalPort)
	if p := now.CloudInitProgress; p != nil {
		add(!reflect.DeepEqual(p, last.CloudInitProgress), "cloudInitProgress%s", progress(*p))
	}
	if f := now.PortForward; f != nil {
		add(!reflect.DeepEqual(f, last.PortForward), "portForward %s %s %s -> %s", f.Type, f.Protocol, f.GuestAddr, f.HostAddr)
	}
	if v := now.Vsock; v != nil {
		add(!reflect.DeepEqual(v, last.Vsock), "vsock %s %s", v.Type, v.Reason)
	}
	add(now.Running && !last.Running, "running")
	add(now.Degraded && !last.Degraded, "degraded %q", now.Errors)
	add(now.Exiting && !last.Exiting, "exiting")
	add(len(words) == 0, "nothing new")
	return words
}

func progress(p hostagentevents.CloudInitProgress) string {
	var words string
	if p.LogLine != "" {
		words += fmt.Sprintf(" %q", p.LogLine)
	}
	switch {
	case p.Completed:
		words += " completed"
	case p.Active:
		words += " active"
	}
	return words
}
