// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// rewritten is a log that is truncated and at once written anew, each time
// longer than before and in one call. The pause lets a reader come to the end.
var rewritten = logwriter.Plan{
	Lines: 21 * 50, Every: 50, Grow: 10,
	Rotation: logwriter.Truncate, Pause: 400 * time.Millisecond, Buffer: 1 << 20,
}

func blockRows(settings) []row {
	return []row{{
		situation: "rewritten longer than before", counts: []string{"not from 0", "doubled", "torn"}, of: " of 20",
		must: "0 / 0 / 0", met: zero("not from 0", "doubled", "torn"),
		play: playRewritten,
	}}
}

func playRewritten(c contestant, dir string) (result, error) {
	t, err := writing{plan: rewritten}.read(c, filepath.Join(dir, "log"))
	if err != nil {
		return result{}, err
	}
	r := t.result(c)
	r.Counts["not from 0"] = t.beheaded()
	return r, nil
}

// beheaded is the number of files, after the first, whose first line did not
// come.
func (t *tally) beheaded() int {
	missing := 0
	for n := t.plan.Every + 1; n <= t.plan.Lines; n += t.plan.Every {
		if t.seen[n] == 0 {
			missing++
		}
	}
	return missing
}
