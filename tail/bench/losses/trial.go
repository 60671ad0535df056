// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func trialRows(s settings) []row {
	return []row{{
		situation: "a line between the end of file and the watch", counts: []string{"never came"}, of: fmt.Sprintf(" in %d", s.Trials),
		must: "0", met: zero("never came"),
		play: trials(s.Trials).play, libraries: true, limit: usualLimit + time.Duration(s.Trials)*20*time.Millisecond,
	}}
}

// trials is how often a log gets its second line just after the first was
// received, when the follower is about to find the end and to begin to watch.
type trials int

// stragglers is how long a trial is waited for before the next one begins. A
// wait for the whole patience comes at the end, for all at once.
const stragglers = 50 * time.Millisecond

func (n trials) play(c contestant, dir string) (result, error) {
	var slow []<-chan bool
	for i := range int(n) {
		came, err := trial(c, filepath.Join(dir, fmt.Sprint(i)), time.Duration(i%40)*5*time.Microsecond)
		if err != nil {
			return result{}, err
		}
		select {
		case <-came:
		case <-time.After(stragglers):
			slow = append(slow, came)
		}
	}
	never := 0
	for _, came := range slow {
		if !<-came {
			never++
		}
	}
	return result{Counts: map[string]int{"never came": never}}, nil
}

// trial returns a channel that tells whether the second line came. The writer
// is in this process: one outside would come too late.
func trial(c contestant, path string, after time.Duration) (<-chan bool, error) {
	f, err := c.follow(path, options{})
	if err != nil {
		return nil, err
	}
	for begin := time.Now(); time.Since(begin) < after; { // a sleep would be too coarse
	}
	if err := (logwriter.Plan{Path: path, Lines: 1}).Run(); err != nil {
		return nil, err
	}
	came := make(chan bool, 1)
	go func() {
		e := f.next(time.After(patience / 2))
		came <- e.text != ""
		_ = f.Stop() // some never return
	}()
	return came, nil
}
