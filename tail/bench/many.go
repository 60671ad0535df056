// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
)

// many measures what the files of a Group to which nothing happens cost the
// one to which something does, and what each takes.
type many struct{}

func (many) name() string { return "many" }

// manyRate is how many lines the active file gets in a second, where that
// counts.
const manyRate = 20_000

var manyCounts = []int{10, 1000, 5000, 10_000, 15_000}

func (m many) measure(s settings) (result, error) {
	var r result
	most := manyCounts[len(manyCounts)-1]
	n, why := fit(s.scale(most), 3) // all counts together are about three times the last
	counts := scaled(manyCounts, n, most)
	es := s.entries(m, named("tail/group", counts)...)
	tails, theirs := s.entries(m, named("tail/channel", counts)...), s.entries(m, named("nxadm/channel", counts)...)
	if len(es)+len(tails)+len(theirs) == 0 {
		return r, nil
	}
	r.note("%s", why)
	paths, err := idleFiles(s, n)
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(filepath.Dir(paths[0]))
	if err := m.curves(s, paths, es, tails, theirs); err != nil {
		return r, err
	}
	if err := m.active(s, ends(es, counts), paths); err != nil {
		return r, err
	}
	m.report(&r, s, es, slices.Concat(tails, theirs), counts)
	return r, nil
}

// scaled are the counts, where there may be only n instead of most.
func scaled(counts []int, n, most int) []int {
	var list []int
	for _, c := range counts {
		if c > 10 {
			c = c * n / most
		}
		list = append(list, c)
	}
	return list
}

func named(follower string, counts []int) []string {
	var names []string
	for _, n := range counts {
		names = append(names, fmt.Sprintf("%s %d", follower, n))
	}
	return names
}

// fileCount is the number at the end of an entry's name.
func (e *entry) fileCount() (n int) {
	_, _ = fmt.Sscanf(e.name, followerName(e.name)+" %d", &n) // it is there: named put it
	return n
}

// ends are the entries with the fewest and the most files.
func ends(es entries, counts []int) entries {
	var list entries
	for _, e := range es {
		if n := e.fileCount(); n == counts[0] || n == counts[len(counts)-1] {
			list = append(list, e)
		}
	}
	return list
}

// curves measures what all take while idle: in each round the Groups, and once
// the peers.
func (m many) curves(s settings, paths []string, es entries, peers ...entries) error {
	for round := range s.rounds {
		fmt.Fprintf(s.log, "many: memory: round %d of %d\n", round+1, s.rounds)
		if err := es.beIdle(s, paths); err != nil {
			return err
		}
	}
	fmt.Fprintln(s.log, "many: memory of the peers")
	for _, es := range peers {
		if err := es.beIdle(s, paths); err != nil {
			return err
		}
	}
	return nil
}

// beIdle lets each follow as many files as its name says, all at once.
func (es entries) beIdle(s settings, paths []string) error {
	errs := make(chan error, len(es))
	var wg sync.WaitGroup
	for _, e := range es {
		j := job{Task: "idle", Contestant: followerName(e.name), Paths: paths[:e.fileCount()], Window: time.Millisecond}
		wg.Go(func() {
			errs <- j.within(s, func(j job) error {
				a, err := j.run()
				e.add(a.Figures)
				return err
			})
		})
	}
	wg.Wait()
	close(errs)
	for err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

// active measures the delays and the CPU time of the lines of one file.
func (m many) active(s settings, es entries, paths []string) error {
	if len(es) == 0 {
		return nil
	}
	others := map[string][]string{}
	for _, e := range es {
		others[e.name] = paths[:e.fileCount()-1]
	}
	fmt.Fprintln(s.log, "many: latency")
	if _, err := delays(s, es, s.scale(appendsPerRound/2), others); err != nil {
		return err
	}
	return s.interleave(m, es, false, func(e *entry, _ bool) error {
		return e.follow(s, manyRate, others[e.name])
	})
}

func (m many) report(r *result, s settings, es, peers entries, counts []int) {
	all := slices.Concat(es, peers)
	for _, e := range all {
		e.perFurther(all.find(fmt.Sprintf("%s %d", followerName(e.name), counts[0])), counts[0])
	}
	r.tables = append(r.tables, all.table(
		fmt.Sprintf(`Following so many files, of which none or one is active. Memory is that of "idle", per file behind the first %d.
Delays are those of "latency", in µs, of one file to which a line is appended every %v, CPU time that
of "following", of one that gets %d lines/s; both are taken for a Group of the fewest and of the most files alone.
The peers have one round.`+spreadNote, counts[0], 2*appendGap, manyRate, s.rounds),
		column{"goroutines", "%.0f", ""}, column{"inotify", "%.0f", ""}, column{"memory, MB", "%.2f", ""}, column{"bytes/further file", "%.0f", ""},
		column{"p50", "%.0f", ""}, column{"p99", "%.0f", ""}, column{"CPU µs/line", "%.2f", ""}, column{"wake-ups/line", "%.3f", ""},
	))
	few, most := fmt.Sprintf("tail/group %d", counts[0]), fmt.Sprintf("tail/group %d", counts[len(counts)-1])
	about := fmt.Sprintf("Group of %d files, one active: ", counts[len(counts)-1])
	than := fmt.Sprintf(" / that with %d", counts[0])
	r.atMost(1.3, es.ratio("p50", most, few), about+"latency (p50)"+than)
	r.atMost(1.3, es.ratio("CPU µs/line", most, few), about+"CPU per line"+than)
	r.atMost(1, es.median("inotify", most), about+"inotify instances")
	r.atMost(1, es.ratio("goroutines", most, few), about+"goroutines"+than)
	r.pictures = append(r.pictures, memoryPicture(all))
}

// perFurther adds what each file takes that is not among the first few.
func (e *entry) perFurther(few *entry, n int) {
	e.figures["memory, MB"] = figures{e.figures["memory"].median() / 1e6}
	if few == nil || e == few {
		return
	}
	more := e.figures["memory"].median() - few.figures["memory"].median()
	e.figures["bytes/further file"] = figures{more / float64(e.fileCount()-n)}
}

// memoryPicture shows the memory of each follower against its number of files.
func memoryPicture(es entries) picture {
	return picture{"memory", "Memory of files to which nothing happens", func(p *plot.Plot) error {
		p.X.Label.Text, p.Y.Label.Text = "files", "MB, HeapInuse and StackInuse"
		p.Legend.Top, p.Legend.Left = true, true
		p.Add(plotter.NewGrid())
		points := map[string]plotter.XYs{}
		var names []string
		for _, e := range es {
			name := followerName(e.name)
			if points[name] == nil {
				names = append(names, name)
			}
			points[name] = append(points[name], plotter.XY{X: float64(e.fileCount()), Y: e.figures["memory"].median() / 1e6})
		}
		for i, name := range names {
			if err := addLine(p, i, name, points[name], true); err != nil {
				return err
			}
		}
		return nil
	}}
}
