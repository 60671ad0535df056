// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// writing is an outside writer at work and a reader who follows the log.
type writing struct {
	plan logwriter.Plan
	options
	perSecond int // lines that the reader takes; 0 is as fast as they come
}

// speed is that of the writer, in lines per second, and rotation the number of
// lines between rotations.
const speed, rotation = 20_000, 5_000

var allCounts = []string{"lost", "doubled", "torn", "gaps"}

func writingRows(s settings) []row {
	rename := logwriter.Plan{Lines: s.Lines, PerSecond: speed, Every: rotation, Rotation: logwriter.Rename}
	truncate := logwriter.Plan{Lines: s.Lines, PerSecond: speed, Every: rotation, Rotation: logwriter.CopyTruncate, Aside: true}
	fifty := logwriter.Plan{Lines: 1_051, Every: 21, Rotation: logwriter.Rename}
	deleted := logwriter.Plan{Lines: 1_051, Every: 21, Rotation: logwriter.Delete}
	polling := options{poll: true}
	return []row{
		lossless("writer with a 4 KiB buffer", writing{plan: logwriter.Plan{Lines: s.Lines, PerSecond: speed, Buffer: 4096}}),
		lossless("lines written in three calls", writing{plan: logwriter.Plan{Lines: s.Lines, PerSecond: speed, Pieces: true}}),
		lossless("rename and create, events", writing{plan: rename}),
		lossless("rename and create, polling", writing{plan: rename, options: polling}),
		lossless("rename and create, reader at half the speed", writing{plan: rename, perSecond: speed / 2}),
		lossless("50 rotations without pause", writing{plan: fifty}).librariesOnly(),
		lossy("50 rotations without pause, old files deleted", writing{plan: deleted}).librariesOnly(),
		lossy("copytruncate, events", writing{plan: truncate}),
		lossy("copytruncate, polling", writing{plan: truncate, options: polling}),
	}
}

// lossless is a row in which everything can be read.
func lossless(situation string, w writing) row {
	return row{
		situation: situation, counts: allCounts, of: fmt.Sprintf(" of %d", w.plan.Lines),
		must: "0 / 0 / 0 / 0", met: zero(allCounts...),
		play: w.play, limit: w.limit(),
	}
}

// lossy is a row in which some of what is written may be gone before anybody
// can read it.
func lossy(situation string, w writing) row {
	r := lossless(situation, w)
	r.counts = []string{"lost", "of them on disk", "doubled", "torn", "gaps"}
	r.must, r.met = "only beside gaps / 0 / 0 / 0", reported
	return r
}

// librariesOnly leaves the commands out.
func (r row) librariesOnly() row {
	r.libraries = true
	return r
}

// limit is ample: a follower that loses the end of the log is waited for.
func (w writing) limit() time.Duration {
	return time.Minute + 10*time.Duration(w.plan.Lines)*time.Second/speed
}

func (w writing) play(c contestant, dir string) (result, error) {
	t, err := w.read(c, filepath.Join(dir, "log"))
	if err != nil {
		return result{}, err
	}
	r := t.result(c)
	r.Counts["of them on disk"], err = t.spared(filepath.Join(dir, "log"))
	return r, err
}

// spared is the number of lines that did not come although the log or a file
// that was rotated away holds them to this day. What else is lost, the way of
// rotation has lost.
func (t *tally) spared(path string) (int, error) {
	names, err := filepath.Glob(path + "*")
	if err != nil {
		return 0, err
	}
	spared := map[int]bool{}
	for _, name := range names {
		content, err := os.ReadFile(name)
		if err != nil {
			return 0, err
		}
		for line := range strings.Lines(string(content)) {
			if n := t.number(strings.TrimSuffix(line, "\n")); n > 0 && t.seen[n] == 0 {
				spared[n] = true
			}
		}
	}
	return len(spared), nil
}

// read follows the log while it is written. The follower is left to the end of
// the process.
func (w writing) read(c contestant, path string) (*tally, error) {
	f, err := c.follow(path, w.options)
	if err != nil {
		return nil, err
	}
	return w.drain(f, path)
}

func (w writing) drain(f follower, path string) (*tally, error) {
	w.plan.Path = path
	cmd, err := logwriter.Start(w.plan)
	if err != nil {
		return nil, err
	}
	var failure error
	written := make(chan struct{})
	go func() {
		defer close(written)
		failure = cmd.Wait()
	}()
	t := newTally(w.plan)
	t.drain(f, written, pace{perSecond: w.perSecond})
	<-written
	return t, failure
}

// write lets a writer write, and waits.
func write(plan logwriter.Plan) error {
	cmd, err := logwriter.Start(plan)
	if err != nil {
		return err
	}
	return cmd.Wait()
}
