// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// busy is a log that is rotated a thousand times a second, on Windows fifty
// times and to names that are new: there nothing can be renamed onto a file that
// somebody holds.
var busy = sync.OnceValue(func() logwriter.Plan {
	p := logwriter.Plan{Lines: 1 << 24, PerSecond: 10_000, Rotation: logwriter.Rename, Every: 10, Keep: 1}
	if runtime.GOOS == "windows" {
		p.PerSecond, p.Rotation, p.Every = 1_000, logwriter.Dated, 20
	}
	return p
})

func loopRows(s settings) []row {
	want := fmt.Sprint(s.Trials)
	return []row{{
		situation: fmt.Sprintf("two busy logs rotated all the time (%s): open, read, Stop, again", runtime.GOOS),
		counts:    []string{"cycles", "errors"}, of: " of " + want,
		must: want + " / 0", met: func(r result) bool { return r.Counts["cycles"] == s.Trials && zero("errors")(r) },
		play: cycles(s.Trials).play, libraries: true,
		limit: usualLimit + time.Duration(s.Trials)*time.Second,
	}}
}

// cycles is how often each of the two logs is followed and left.
type cycles int

func (n cycles) play(c contestant, dir string) (result, error) {
	done := make(chan laps)
	for _, name := range []string{"one", "other"} {
		plan := busy()
		plan.Path = filepath.Join(dir, name)
		cmd, err := logwriter.Start(plan)
		if err != nil {
			return result{}, err
		}
		defer func() { _, _ = cmd.Process.Kill(), cmd.Wait() }() //nolint:revive // there are two
		go func() { done <- n.follow(c, plan.Path) }()
	}
	counts := map[string]int{"cycles": int(n)}
	for range 2 {
		l := <-done
		if l.hangs > 0 {
			return word(fmt.Sprintf("hangs in cycle %d", l.hangs)), nil
		}
		counts["errors"] += l.errors
	}
	return result{Counts: counts}, nil
}

// laps is what the cycles of one log came to.
type laps struct{ hangs, errors int }

func (n cycles) follow(c contestant, path string) (l laps) {
	for i := range int(n) {
		var err error
		if bounded(func() { err = cycle(c, path) }) == "hangs" {
			return laps{hangs: i + 1}
		}
		if err != nil {
			l.errors++
		}
	}
	return l
}

// cycle reads over a rotation. Some lose the lines; they are not waited for.
func cycle(c contestant, path string) error {
	f, err := c.open(path, options{})
	if err != nil {
		return err
	}
	enough := time.After(time.Second)
	for range busy().Every * 3 / 2 {
		if f.next(enough).late {
			break
		}
	}
	return f.Stop()
}
