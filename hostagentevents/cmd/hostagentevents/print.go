// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
	"unicode"

	"github.com/go-logr/logr"
	"github.com/go-logr/logr/funcr"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

// width is how much of a line of progress is shown, so that it fits in one line
// of a terminal.
const width = 79

// A screen takes what is said, and keeps a last line under it that shows what
// boots just now. That line is written over by whatever comes next.
type screen struct {
	mu       sync.Mutex
	out, err io.Writer
	booting  map[string]string // the last line of each instance that boots
	shown    bool              // the last line is on the screen
}

// say writes whole lines to w, above the last line.
func (s *screen) say(w io.Writer, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
	_, err := io.WriteString(w, text)
	return err
}

// complain says something on standard error. There is nothing to be done where
// that fails.
func (s *screen) complain(format string, args ...any) {
	_ = s.say(s.err, "hostagentevents: "+printable(fmt.Sprintf(format, args...))+"\n")
}

// boots shows line as the last one, on behalf of an instance.
func (s *screen) boots(instance, line string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.booting == nil {
		s.booting = map[string]string{}
	}
	s.booting[instance] = line
	s.draw(line)
}

// forget has no more to show of an instance, but of another one that boots.
func (s *screen) forget(instance string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if _, ok := s.booting[instance]; !ok {
		return
	}
	delete(s.booting, instance)
	s.erase()
	for _, line := range s.booting {
		s.draw(line)
		return
	}
}

func (s *screen) draw(line string) {
	s.erase()
	if runes := []rune(line); len(runes) > width {
		line = string(runes[:width])
	}
	_, _ = io.WriteString(s.out, line)
	s.shown = true
}

// clear leaves no last line behind.
func (s *screen) clear() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.erase()
}

// erase removes the last line: to its start, and clear from there.
func (s *screen) erase() {
	if s.shown {
		_, _ = io.WriteString(s.out, "\r\x1b[K")
	}
	s.shown = false
}

// errors is standard error for whoever writes whole lines.
func (s *screen) errors() io.Writer { return errorsOf{s} }

type errorsOf struct{ *screen }

func (e errorsOf) Write(p []byte) (int, error) { return len(p), e.say(e.err, string(p)) }

// notices complains of what a watch has to say aloud, such as that lines are lost,
// and leaves out what the hostagents log, which comes under a name.
func (s *screen) notices() logr.Logger {
	noLevel := ""
	return funcr.New(func(name, text string) {
		if name == "" {
			s.complain("%s", text)
		}
	}, funcr.Options{LogInfoLevel: &noLevel})
}

// printer returns the function that prints news.
func (s *screen) printer(asJSON, terminal bool) func(news) error {
	switch {
	case asJSON:
		return s.printJSON
	case terminal:
		return s.printOnTerminal
	}
	return s.printText
}

// printJSON writes an object for each change.
func (s *screen) printJSON(n news) error {
	for _, change := range n.changes {
		line, err := json.Marshal(struct {
			Instance string                 `json:"instance"`
			Time     time.Time              `json:"time"`
			Run      int                    `json:"run"`
			Replayed bool                   `json:"replayed,omitempty"`
			Kind     string                 `json:"kind"`
			Change   hostagentevents.Change `json:"change"`
		}{n.instance, n.event.Time, n.event.Run, n.event.Replayed, change.Kind(), change})
		if err != nil {
			return err
		}
		if err := s.say(s.out, string(line)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// printText writes a line for each change. The progress of a boot that was there
// before is left out: it is long, and what came of it follows.
func (s *screen) printText(n news) error { return s.printLines(n, n.event.Replayed) }

// printOnTerminal shows progress in the last line alone.
func (s *screen) printOnTerminal(n news) error {
	if err := s.printLines(n, true); err != nil {
		return err
	}
	if n.state.Phase != hostagentevents.Starting {
		s.forget(n.instance)
		return nil
	}
	s.boots(n.instance, progressLine(n))
	return nil
}

func (s *screen) printLines(n news, withoutProgress bool) error {
	for _, change := range n.changes {
		if _, progress := change.(hostagentevents.Progress); progress && withoutProgress {
			continue
		}
		line := fmt.Sprintf("%s  %s  %s", n.event.Time.Format(time.DateTime), n.instance, change)
		if err := s.say(s.out, printable(line)+"\n"); err != nil {
			return err
		}
	}
	return nil
}

// progressLine says how far the boot of an instance has come.
func progressLine(n news) string {
	line := fmt.Sprintf("%s boots", n.instance)
	if n.state.CloudInit.LogLine != "" {
		line += ": " + n.state.CloudInit.LogLine
	}
	return printable(line)
}

// printable leaves out what would steer a terminal: a guest may log anything.
func printable(text string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t':
			return ' '
		case unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
}
