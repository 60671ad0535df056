// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"sync/atomic"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// following measures the CPU time that it takes to follow a log while another
// process writes it.
type following struct{}

func (following) name() string { return "following" }

var rates = []int{20_000, 200_000}

func (m following) measure(s settings) (result, error) {
	var r result
	for _, rate := range rates {
		es := s.entries(m, "tail/iterator", "tail/channel", "nxadm/channel")
		if len(es) == 0 {
			return r, nil
		}
		err := s.interleave(m, es, false, func(e *entry, _ bool) error {
			return e.follow(s, rate, nil)
		})
		if err != nil {
			return r, err
		}
		r.tables = append(r.tables, es.table(
			fmt.Sprintf(`Following a log to which another process writes %d lines/s of %d bytes, each by a call of its own, for %.1f s.
CPU time is the follower's process's own; a wake-up is a voluntary context switch of it.`+spreadNote,
				rate, lineLength, s.span(writingTime).Seconds(), s.rounds),
			column{"CPU µs/line", "%.2f", ""}, column{"% of a core", "%.1f", ""}, column{"wake-ups/line", "%.3f", ""},
			column{"klines/s", "%.0f", ""}, column{"CPU µs/line", "", "nxadm/channel"},
		))
		for _, name := range []string{"tail/iterator", "tail/channel"} {
			r.atMost(0.5, es.ratio("CPU µs/line", name, "nxadm/channel"), fmt.Sprintf("following %d lines/s, %s: CPU / nxadm's", rate, name))
			r.atMost(0, es.median("lost", name), fmt.Sprintf("following %d lines/s, %s: lines lost", rate, name))
		}
	}
	return r, nil
}

// writingTime is how long a log is written.
const writingTime = time.Second

// follow lets the contestant follow a log that is written at this rate, beside
// others that are idle.
func (e *entry) follow(s settings, rate int, idle []string) error {
	j := job{
		Task: "follow", Contestant: followerName(e.name), Paths: idle,
		Lines: int(s.span(writingTime).Seconds() * float64(rate)), PerSecond: rate,
	}
	return j.within(s, func(j job) error {
		j.writesTo("log")
		a, err := j.run()
		if err != nil {
			return err
		}
		e.add(a.Figures)
		return nil
	})
}

// followTask follows the first file while it starts somebody who writes it.
func followTask(j job) (answer, error) {
	var got atomic.Int64
	all := make(chan struct{})
	err := j.begin(func(_ [headLength]byte, length int) {
		if n := got.Add(1); length != lineLength-1 {
			end(fmt.Errorf("line %d has %d bytes", n, length))
		} else if n == int64(j.Lines) {
			close(all)
		}
	})
	if err != nil {
		return answer{}, err
	}
	writer, err := logwriter.Start(logwriter.Plan{Path: j.Paths[0], Lines: j.Lines, Length: lineLength, PerSecond: j.PerSecond})
	if err != nil {
		return answer{}, err
	}
	before, err := usageNow()
	if err != nil {
		return answer{}, err
	}
	select {
	case <-all:
	case <-time.After(time.Minute):
	}
	after, err := usageNow()
	if err != nil {
		return answer{}, err
	}
	time.Sleep(settling) // for lines that come twice
	if got.Load() != int64(j.Lines) {
		return answer{}, fmt.Errorf("delivered %d lines of %d", got.Load(), j.Lines)
	}
	return answer{Figures: map[string]float64{
		"CPU µs/line":   float64((after.cpu - before.cpu).Nanoseconds()) / 1e3 / float64(j.Lines),
		"% of a core":   before.share(after),
		"wake-ups/line": float64(after.switches-before.switches) / float64(j.Lines),
		"klines/s":      float64(j.Lines) / 1e3 / after.at.Sub(before.at).Seconds(),
		"lost":          float64(int64(j.Lines) - got.Load()),
	}}, writer.Wait()
}
