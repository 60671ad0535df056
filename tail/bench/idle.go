// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"time"
)

// idle measures what it costs to follow many files to which nothing happens,
// of which the kernel would tell.
type idle struct{}

func (idle) name() string { return "idle" }

const idleCount = 10_000

func (m idle) measure(s settings) (result, error) {
	es := s.entries(m, "tail/channel", "tail/group", "nxadm/channel")
	if len(es) == 0 {
		return result{}, nil
	}
	r, n, err := es.idle(m, s, idleCount, false)
	if err != nil {
		return r, err
	}
	perFile := "bytes/file"
	each := math.Round(100*es.median("goroutines", "tail/channel")/float64(n)) / 100 // the few of the watch are shared by all
	r.atMost(1, each, fmt.Sprintf("idle, %d files, Tail: goroutines per file", n))
	r.atMost(0.5, es.ratio(perFile, "tail/channel", "nxadm/channel"), fmt.Sprintf("idle, %d files, Tail: memory per file / nxadm's", n))
	r.atMost(10, es.median("goroutines", "tail/group"), fmt.Sprintf("idle, %d files, Group: goroutines in all", n))
	r.atMost(0.1, es.ratio(perFile, "tail/group", "nxadm/channel"), fmt.Sprintf("idle, %d files, Group: memory per file / nxadm's", n))
	r.atMost(0.5, es.median("% of a core", "tail/channel"), fmt.Sprintf("idle, %d files, Tail: %% of a core", n))
	r.atMost(0.5, es.median("% of a core", "tail/group"), fmt.Sprintf("idle, %d files, Group: %% of a core", n))
	return r, nil
}

// polled is idle for files that are polled.
type polled struct{}

func (polled) name() string { return "polled" }

func (m polled) measure(s settings) (result, error) {
	es := s.entries(m, "tail/channel", "tail/group", "nxadm/channel")
	if len(es) == 0 {
		return result{}, nil
	}
	r, n, err := es.idle(m, s, 1000, true)
	if err != nil {
		return r, err
	}
	for _, name := range []string{"tail/channel", "tail/group"} {
		r.atMost(0.3, es.ratio("% of a core", name, "nxadm/channel"), fmt.Sprintf("idle, %d files polled, %s: CPU / nxadm's", n, name))
	}
	return r, nil
}

// idleWindow is how long one looks at what is idle, and safetyTick how much
// longer for each file: so often does package tail look at each.
const idleWindow, safetyTick = 3 * time.Second, time.Millisecond

// freshTime is how long package tail does not trust the time of a file that has
// just been written, as these have.
const freshTime = 2 * time.Second

// idle lets all contestants be idle, at the same time.
func (es entries) idle(m measure, s settings, want int, poll bool) (result, int, error) {
	var r result
	n, why := fit(s.scale(want), len(es))
	r.note("%s", why)
	paths, err := idleFiles(s, n)
	if err != nil {
		return r, n, err
	}
	defer os.RemoveAll(filepath.Dir(paths[0]))
	window := s.span(idleWindow)
	if !poll {
		window = max(window, time.Duration(n)*safetyTick)
	}
	settle := window + s.span(freshTime)
	for round := range s.rounds {
		fmt.Fprintf(s.log, "%s: round %d of %d\n", m.name(), round+1, s.rounds)
		if err := es.together(s, job{Task: "idle", Paths: paths, Poll: poll, Settle: settle, Window: window}); err != nil {
			return r, n, err
		}
	}
	kind := "with kernel events"
	if poll {
		kind = "polled four times a second"
	}
	r.tables = []table{es.table(
		fmt.Sprintf(`Following %d files to which nothing happens, %s, for %v after as long a time. Each contestant is a process of its own, all at
the same time. Memory is HeapInuse and StackInuse after two garbage collections, less what they were before.`+spreadNote,
			n, kind, window, s.rounds),
		column{"to start, s", "%.2f", ""}, column{"goroutines", "%.0f", ""}, column{"bytes/file", "%.0f", ""}, column{"% of a core", "%.2f", ""},
		column{"inotify", "%.0f", ""}, column{"bytes/file", "", "nxadm/channel"}, column{"% of a core", "", "nxadm/channel"},
	)}
	return r, n, nil
}

// together lets all contestants do the job at the same time.
func (es entries) together(s settings, j job) error {
	answers, errs := make([]answer, len(es)), make([]error, len(es))
	var wg sync.WaitGroup
	for i, e := range es {
		wg.Go(func() {
			own := j
			own.Contestant = e.name
			errs[i] = own.within(s, func(own job) (err error) {
				answers[i], err = own.run()
				return err
			})
		})
	}
	wg.Wait()
	for i, e := range es {
		if errs[i] != nil {
			return fmt.Errorf("%s: %w", e.name, errs[i])
		}
		e.add(answers[i].Figures)
	}
	return nil
}

// calm is when a process that does less is taken to have begun all that it has
// to: in percent of a core.
const calm = 5

// idleTask follows files that nobody writes.
func idleTask(j job) (answer, error) {
	before, goroutines := memory(), runtime.NumGoroutine()
	start := time.Now()
	if err := followers[j.Contestant](j, nil); err != nil {
		return answer{}, err
	}
	took := time.Since(start)
	if err := calmDown(); err != nil {
		return answer{}, err
	}
	taken := memory() - before
	goroutines = runtime.NumGoroutine() - goroutines
	time.Sleep(j.Settle)
	begin, err := usageNow()
	if err != nil {
		return answer{}, err
	}
	time.Sleep(j.Window)
	now, err := usageNow()
	return answer{Figures: map[string]float64{
		"to start, s": took.Seconds(),
		"goroutines":  float64(goroutines),
		"memory":      taken,
		"bytes/file":  taken / float64(len(j.Paths)),
		"% of a core": begin.share(now),
		"inotify":     float64(instances()),
	}}, err
}

// calmDown waits until this process has little to do.
func calmDown() error {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	last, err := usageNow()
	for quiet := 0; quiet < 2 && err == nil; {
		select {
		case <-ctx.Done():
			return nil // the figures will tell
		case <-time.After(500 * time.Millisecond):
		}
		var now usage
		now, err = usageNow()
		if quiet++; last.share(now) > calm {
			quiet = 0
		}
		last = now
	}
	return err
}
