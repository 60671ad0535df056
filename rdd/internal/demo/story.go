// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/plain"
)

// A screen takes what several goroutines have to show.
type screen struct {
	mu  sync.Mutex
	w   io.Writer
	err error // of the first write that failed
}

func (s *screen) printf(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, err := fmt.Fprintf(s.w, format, args...); s.err == nil {
		s.err = err
	}
}

// failed says why not all was shown; nil if it was.
func (s *screen) failed() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.err
}

// A story shows events as they come.
type story struct {
	out   *screen
	begin time.Time // of the first event
	state hostagentevents.State
}

// tell shows one event: when it was sent, counted from the first, the phase that
// it leads to, and what is new in it.
func (s *story) tell(e hostagentevents.Event) {
	if s.begin.IsZero() {
		s.begin = e.Time
	}
	var changes []hostagentevents.Change
	s.state, changes = s.state.Apply(e)
	s.out.printf("%8.3fs  %-8s  %s\n", e.Time.Sub(s.begin).Seconds(), s.state.Phase, plain.Text(news(changes)))
}

// news is what is new in an event. The demo has one run.
func news(changes []hostagentevents.Change) string {
	var words []string
	for _, change := range changes {
		if _, run := change.(hostagentevents.RunStarted); !run {
			words = append(words, change.String())
		}
	}
	if words == nil {
		return "nothing new"
	}
	return strings.Join(words, ", ")
}
