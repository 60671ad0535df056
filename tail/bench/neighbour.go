// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// neighbour measures what it costs to follow an idle file while another
// process writes to another file of the folder.
type neighbour struct{}

func (neighbour) name() string { return "neighbour" }

// beside is how often the neighbour writes in a second, alone the end of the
// name of a contestant that has none.
const beside, alone = 50_000, " alone"

func (m neighbour) measure(s settings) (result, error) {
	es := s.entries(m, "tail/channel", "tail/channel"+alone, "tail/group", "nxadm/channel", "nxadm/channel"+alone)
	if len(es) == 0 {
		return result{}, nil
	}
	err := s.interleave(m, es, false, func(e *entry, _ bool) error {
		j := job{
			Task: "neighbour", Contestant: followerName(e.name), PerSecond: beside,
			Lines: int(s.span(writingTime).Seconds() * beside),
		}
		return j.within(s, func(j job) error {
			j.writesTo("log")
			if !strings.HasSuffix(e.name, alone) {
				j.Neighbour = filepath.Join(j.Dir, "neighbour")
			}
			a, err := j.run()
			e.add(a.Figures)
			return err
		})
	})
	if err != nil {
		return result{}, err
	}
	r := result{tables: []table{es.table(
		fmt.Sprintf(`Following an idle file for %v while another process writes another file of the folder %d times a second, or does
not ("alone"). CPU time is the follower's process's own.`+spreadNote, s.span(writingTime), beside, s.rounds),
		column{"% of a core", "%.2f", ""}, column{"wake-ups/s", "%.0f", ""}, column{"% of a core", "", "nxadm/channel"},
	)}}
	for _, name := range []string{"tail/channel", "tail/group"} {
		r.atMost(3, es.median("% of a core", name), fmt.Sprintf("neighbour with %d writes/s, %s: %% of a core", beside, name))
	}
	return r, nil
}

// followerName is that of the follower whose results an entry shows: further
// words of an entry's name say under what conditions.
func followerName(entry string) string { return strings.Fields(entry)[0] }

// neighbourTask follows a file that nobody writes.
func neighbourTask(j job) (answer, error) {
	err := j.begin(func([headLength]byte, int) { end(fmt.Errorf("a line of a file that nobody writes")) })
	if err != nil {
		return answer{}, err
	}
	var writer *exec.Cmd
	if j.Neighbour != "" {
		writer, err = logwriter.Start(logwriter.Plan{Path: j.Neighbour, Lines: j.Lines, PerSecond: j.PerSecond})
		if err != nil {
			return answer{}, err
		}
	}
	before, err := usageNow()
	if err != nil {
		return answer{}, err
	}
	time.Sleep(time.Duration(float64(j.Lines) / float64(j.PerSecond) * float64(time.Second)))
	after, err := usageNow()
	if err != nil {
		return answer{}, err
	}
	if writer != nil {
		err = writer.Wait()
	}
	return answer{Figures: map[string]float64{
		"% of a core": before.share(after),
		"wake-ups/s":  float64(after.switches-before.switches) / after.at.Sub(before.at).Seconds(),
	}}, err
}
