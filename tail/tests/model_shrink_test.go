// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

const (
	// shrinkTime bounds how long a smaller sequence is looked for.
	shrinkTime = time.Minute
	// shrinkTries is how often a candidate may pass before it counts as one
	// that does not fail: timing plays in.
	shrinkTries = 5
)

// report shrinks a sequence that failed and says what was found.
func report(s sequence, fault string, cfg tail.Config) string {
	small, again := shrink(s, cfg)
	if again == "" {
		small, again = s, fault+"\n(it was not seen again)"
	}
	return fmt.Sprintf("%s=%d fails; the smallest sequence of %d steps that does, from %d:\n%s\n%s",
		seedVariable, s.seed, len(small.steps), len(s.steps), small, again)
}

// shrink drops ever smaller parts of a sequence that fails, as long as the
// rest still does, and returns what is left and how that failed.
func shrink(s sequence, cfg tail.Config) (small sequence, fault string) {
	end := time.Now().Add(shrinkTime)
	for size := len(s.steps); size > 0 && time.Now().Before(end); {
		dropped := false
		for at := 0; at < len(s.steps) && time.Now().Before(end); {
			candidate := s.without(at, size)
			if f := candidate.fails(cfg); f != "" {
				s, fault, dropped = candidate, f, true
			} else {
				at += size
			}
		}
		if !dropped || size > len(s.steps) {
			size = min(size, len(s.steps)+1) / 2
		}
	}
	if fault == "" {
		fault = s.fails(cfg)
	}
	return s, fault
}

// without is the sequence less size steps from at on.
func (s sequence) without(at, size int) sequence {
	rest := append([]step(nil), s.steps[:at]...)
	s.steps = append(rest, s.steps[min(at+size, len(s.steps)):]...)
	return s
}

// fails runs the sequence a few times and returns what went wrong, if anything.
func (s sequence) fails(cfg tail.Config) string {
	for range shrinkTries {
		if fault := s.run(cfg); fault != "" {
			return fault
		}
	}
	return ""
}
