// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// latency measures how long a line takes from its append to its delivery,
// while nothing else happens.
type latency struct{}

func (latency) name() string { return "latency" }

const (
	appendsPerRound = 600
	appendGap       = 2 * time.Millisecond
)

func (m latency) measure(s settings) (result, error) {
	es := s.entries(m, "tail/iterator", "tail/channel", "nxadm/channel")
	if len(es) == 0 {
		return result{}, nil
	}
	fmt.Fprintln(s.log, "latency")
	n := s.scale(appendsPerRound)
	samples, err := delays(s, es, n, nil)
	if err != nil {
		return result{}, err
	}
	r := result{tables: []table{es.table(
		fmt.Sprintf(`From the append of a line to its delivery, in µs: %d appends to each one's own file, %v between two, in turn.
Contestants and writer are processes of their own.`+spreadNote, s.rounds*n, appendGap, s.rounds),
		column{"p50", "%.0f", ""}, column{"p90", "%.0f", ""}, column{"p99", "%.0f", ""}, column{"max", "%.0f", ""},
		column{"p50", "", "nxadm/channel"}, column{"p99", "", "nxadm/channel"},
	)}}
	for _, name := range []string{"tail/iterator", "tail/channel"} {
		r.atMost(1.1, es.ratio("p50", name, "nxadm/channel"), "append to delivery, "+name+": p50 / nxadm's")
		r.atMost(1.3, es.ratio("p99", name, "nxadm/channel"), "append to delivery, "+name+": p99 / nxadm's")
	}
	r.pictures = []picture{latencyPicture(es, samples)}
	return r, nil
}

// delays measures n appends per round for each contestant. It also returns all
// single delays, in µs. The others are idle files that each follows too.
func delays(s settings, es entries, n int, others map[string][]string) (map[string]figures, error) {
	var started []*watcher
	defer func() {
		for _, w := range started {
			<-w.done // it ends by itself, or at the limit of its time
			os.RemoveAll(w.Dir)
		}
	}()
	for _, e := range es {
		w, err := startWatcher(s, job{
			Task: "latency", Contestant: followerName(e.name), Paths: others[e.name], Lines: s.rounds * n,
		})
		if err != nil {
			return nil, err
		}
		started = append(started, w)
		if err := w.ready(); err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
	}
	if err := stamp(started, s.rounds*n); err != nil {
		return nil, err
	}
	samples := map[string]figures{}
	for i, e := range es {
		<-started[i].done
		if err := started[i].err; err != nil {
			return nil, fmt.Errorf("%s: %w", e.name, err)
		}
		samples[e.name] = started[i].Samples
		e.addDelays(samples[e.name], n)
	}
	return samples, nil
}

// addDelays adds the figures of each round of n.
func (e *entry) addDelays(all figures, n int) {
	for ; len(all) >= n; all = all[n:] {
		round := all[:n]
		e.add(map[string]float64{
			"p50": round.quantile(0.5), "p90": round.quantile(0.9), "p99": round.quantile(0.99), "max": round.quantile(1),
		})
	}
}

// watcher is a job that has been started and tells when it is ready.
type watcher struct {
	job
	done chan struct{} // closed when answer and err are there
	answer
	err error
}

// startWatcher starts a job with a log and a folder of its own.
func startWatcher(s settings, j job) (*watcher, error) {
	var err error
	if j.Dir, err = os.MkdirTemp(s.dir, "job-"); err != nil {
		return nil, err
	}
	j.writesTo("log")
	w := &watcher{job: j, done: make(chan struct{})}
	go func() { // until the job ends
		defer close(w.done)
		w.answer, w.err = j.run()
	}()
	return w, nil
}

// readyName is the file by which a job says that the log may be written.
const readyName = "ready"

func (w *watcher) ready() error {
	for {
		_, err := os.Stat(filepath.Join(w.Dir, readyName))
		if !errors.Is(err, fs.ErrNotExist) {
			return err
		}
		select {
		case <-w.done:
			return fmt.Errorf("it ended before it was ready: %w", w.err)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// stamp appends n lines to each one's log, in turn. A line says when it was
// written.
func stamp(all []*watcher, n int) error {
	var logs []*os.File
	for _, w := range all {
		f, err := os.OpenFile(w.Paths[0], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			return err
		}
		defer f.Close() //nolint:revive // there are few
		logs = append(logs, f)
	}
	line := make([]byte, lineLength)
	for i := range line {
		line[i] = 'x'
	}
	line[lineLength-1] = '\n'
	for range n {
		for _, f := range logs {
			time.Sleep(appendGap)
			copy(line, strconv.FormatInt(time.Now().UnixNano(), 10)) // of 19 digits, until 2286
			if _, err := f.Write(line); err != nil {
				return err
			}
		}
	}
	return nil
}

// stampLength is the length of the time that a line begins with.
const stampLength = 19

// latencyTask follows a log of stamped lines.
func latencyTask(j job) (answer, error) {
	var a answer
	all := make(chan error, 1)
	err := j.begin(func(head [headLength]byte, _ int) {
		now := time.Now().UnixNano()
		written, err := strconv.ParseInt(string(head[:stampLength]), 10, 64)
		a.Samples = append(a.Samples, float64(now-written)/1e3)
		if len(a.Samples) == j.Lines || err != nil {
			all <- err
		}
	})
	if err != nil {
		return a, err
	}
	if err := os.WriteFile(filepath.Join(j.Dir, readyName), nil, 0o600); err != nil {
		return a, err
	}
	return a, <-all // or the job comes to its limit
}

// latencyPicture shows which share of the lines came within a time.
func latencyPicture(es entries, samples map[string]figures) picture {
	return picture{"latency", "Append of a line to its delivery", func(p *plot.Plot) error {
		p.X.Label.Text, p.Y.Label.Text = "µs", "share of the lines that came within that time"
		p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
		p.Legend.Top, p.Legend.Left = true, true
		p.Add(plotter.NewGrid())
		for i, e := range es {
			var points plotter.XYs
			for permille := 1; permille < 1000; permille += 2 {
				q := float64(permille) / 1000
				points = append(points, plotter.XY{X: max(1, samples[e.name].quantile(q)), Y: q})
			}
			if err := addLine(p, i, e.name, points, false); err != nil {
				return err
			}
		}
		return nil
	}}
}
