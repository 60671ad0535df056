// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"errors"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// tally is what a reader made of an outside writer's numbered lines.
type tally struct {
	lost, doubled, torn, gaps int
}

// errEnough ends the reading once the last line has come.
var errEnough = errors.New("enough")

// readAgainst follows what plan writes, from a process of its own, and counts.
func readAgainst(t *testing.T, plan logwriter.Plan, cfg tail.Config, p pace) tally {
	t.Helper()
	r, err := tail.NewReader(plan.Path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	cmd, err := logwriter.Start(plan)
	if err != nil {
		t.Fatal(err)
	}
	var written sync.Once
	wait := func() {
		written.Do(func() {
			if err := cmd.Wait(); err != nil {
				t.Error(err)
			}
		})
	}
	ctx, cancel := context.WithCancelCause(t.Context())
	defer cancel(nil)
	seen := make([]byte, plan.Lines+1)
	var c tally
	for item, err := range r.Lines(ctx) {
		if errors.Is(err, errEnough) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if item.Gap != nil {
			c.gaps++
			continue
		}
		n := number(item.Text(), plan)
		if n == 0 {
			c.torn++
			continue
		}
		seen[n]++
		p(n, wait)
		if n == plan.Lines {
			cancel(errEnough)
		}
	}
	wait()
	checkLaw(t, r.Stats(), plan, c)
	for _, n := range seen[1:] {
		switch {
		case n == 0:
			c.lost++
		case n > 1:
			c.doubled++
		}
	}
	return c
}

// checkLaw checks that every byte that was seen is accounted for, and that the
// writer's own count exceeds what was seen only beside a gap.
func checkLaw(t *testing.T, st tail.Stats, plan logwriter.Plan, c tally) {
	t.Helper()
	if st.Seen != st.Skipped+st.Delivered+st.Pending+st.Lost {
		t.Errorf("bytes are unaccounted for: %+v", st)
	}
	if written := int64(plan.Lines * len(plan.Line(1))); c.gaps == 0 && st.Seen != written {
		t.Errorf("%d bytes were written and %d seen, without a gap", written, st.Seen)
	}
	if st.Gaps != c.gaps {
		t.Errorf("%d gaps came and %d were counted", c.gaps, st.Gaps)
	}
}

// number is that of a line which is whole, else 0.
func number(text string, plan logwriter.Plan) int {
	n, err := strconv.Atoi(text[:min(9, len(text))])
	if err != nil || n < 1 || n > plan.Lines || text+"\n" != plan.Line(n) {
		return 0
	}
	return n
}

func TestNothingIsLost(t *testing.T) {
	for _, row := range []struct {
		name string
		plan logwriter.Plan
		pace pace
	}{
		{"rename and create at speed", logwriter.Plan{Lines: 20_000, PerSecond: 20_000, Every: 2_500, Rotation: logwriter.Rename}, fast},
		{"dated names at speed", logwriter.Plan{Lines: 20_000, PerSecond: 20_000, Every: 1_000, Rotation: logwriter.Dated}, fast},
		{"50 rotations without pause", logwriter.Plan{Lines: 1_051, Every: 21, Rotation: logwriter.Rename}, fast},
		{"a slow reader", logwriter.Plan{Lines: 6_000, Every: 300, Rotation: logwriter.Rename}, slow},
		{"a slow reader and dated names", logwriter.Plan{Lines: 6_000, Every: 300, Rotation: logwriter.Dated}, slow},
		{"a stalled reader", logwriter.Plan{Lines: 30_000, Every: 1_000, Rotation: logwriter.Rename}, stalled},
		{"a stalled reader and dated names", logwriter.Plan{Lines: 30_000, Every: 1_000, Rotation: logwriter.Dated}, stalled},
		{"lines in three calls", logwriter.Plan{Lines: 10_000, Pieces: true}, fast},
	} {
		t.Run(row.name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				row.plan.Path = filepath.Join(folder(t), "log")
				got := readAgainst(t, row.plan, following(cfg), row.pace)
				if got.gaps > 0 && got.doubled+got.torn == 0 && row.plan.PerSecond == 0 {
					skipWine(t, "files are renamed so slowly that a rotation may be taken for one that was left half done, which is a gap")
				}
				if got != (tally{}) {
					t.Errorf("got %+v, want nothing of the kind", got)
				}
			})
		})
	}
}

// What these rotations lose is gone before anybody can read it; it is reported,
// and nothing is doubled or torn.
func TestWhatIsLostIsReported(t *testing.T) {
	for _, row := range []struct {
		name string
		plan logwriter.Plan
		pace pace
	}{
		{"copytruncate at speed", logwriter.Plan{Lines: 20_000, PerSecond: 20_000, Every: 2_500, Rotation: logwriter.CopyTruncate}, fast},
		{"copytruncate and a slow reader", logwriter.Plan{Lines: 6_000, Every: 300, Rotation: logwriter.CopyTruncate}, slow},
		{"delete and create without pause", logwriter.Plan{Lines: 1_051, Every: 21, Rotation: logwriter.Delete}, fast},
		{"rotated away and deleted", logwriter.Plan{Lines: 30_000, Every: 1_000, Rotation: logwriter.Rename, Keep: 2}, stalled},
		{"dated names that are deleted", logwriter.Plan{Lines: 30_000, Every: 1_000, Rotation: logwriter.Dated, Keep: 2}, stalled},
	} {
		t.Run(row.name, func(t *testing.T) {
			if row.plan.Rotation == logwriter.Rename {
				skipWindows(t, "nothing can be renamed onto a file that is held there")
			}
			if row.plan.Rotation == logwriter.Dated {
				skipWine(t, staysVisible)
			}
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				row.plan.Path = logFile(t, "")
				got := readAgainst(t, row.plan, following(cfg), row.pace)
				if got.doubled > 0 || got.torn > 0 || got.lost > 0 && got.gaps == 0 {
					t.Errorf("got %+v", got)
				}
				t.Logf("%+v", got)
			})
		})
	}
}

// pace is what a reader does with the n-th line; wait waits until the writer
// has ended.
type pace func(n int, wait func())

// fast does nothing with a line.
func fast(int, func()) {}

// slow takes longer for a line than the writer does.
func slow(n int, _ func()) {
	sum := 0
	for i := range 10_000 {
		sum += i % (n + 1)
	}
	runtime.KeepAlive(sum)
}

// stalled takes one line and then nothing until all has been written.
func stalled(_ int, wait func()) { wait() }
