// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

// runs numbers the runs of a hostagent by the files of its stdout. Every file is
// a run. Where a hostagent was made to append to the file of the one before it,
// there is more than one in a file.
type runs struct {
	newest int         // the newest generation that has brought an event
	exited bool        // its present run has brought the exiting event
	extra  int         // runs so far that began in the midst of a file
	before map[int]int // extra when a generation was left, where it was not 0
}

// number is that of the run to which an event of this generation belongs.
func (r *runs) number(generation int, status Status) int {
	if generation < r.newest {
		return generation + r.before[generation] // a late line
	}
	if generation > r.newest {
		r.leave()
		r.newest = generation
	}
	if r.exited && begins(status) {
		r.exited = false
		r.extra++
	}
	r.exited = r.exited || status.Exiting
	return generation + r.extra
}

func (r *runs) leave() {
	r.exited = false
	if r.extra == 0 {
		return
	}
	if r.before == nil {
		r.before = map[int]int{}
	}
	r.before[r.newest] = r.extra
}

// begins reports whether a status behind an exiting one is another hostagent's.
// The one that exits may still say that it runs, repeat that it exits, or write a
// status that it had read before, with one more piece of news. A hostagent has
// neither of these two pieces of news in its first event.
func begins(status Status) bool {
	return !status.Exiting && !status.Running && status.CloudInitProgress == nil && status.PortForward == nil
}
