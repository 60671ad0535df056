// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import "testing"

// TestNextReasonInTheWait: the next start's stderr is read before its stdout has
// been looked at. Its reason is not that of the exit that is waited for.
func TestNextReasonInTheWait(t *testing.T) {
	for backend, opts := range backends() {
		t.Run(backend, func(t *testing.T) {
			l, log, w := newExit(t, append(opts, WithReasonWait(patience))...)
			log.hook = func(e entry) {
				switch e.Message {
				case "booting": // what stderr holds is being read
					l.append(l.stderr, "waiting\n")
				case "waiting":
					l.rotate()
					l.append(l.stderr, graveLine("fatal", "the next one's", "05"))
				case "the next one's":
					l.append(l.stderr+".1", fatalLine)
				}
			}
			w.checkKilled(t)
		})
	}
}

// TestStartWhileStderrIsRead: both logs are replaced between the looks at them.
func TestStartWhileStderrIsRead(t *testing.T) {
	l, log := newLogs(t), new(recorder)
	w := newOpenWatcher(t, l, WithLogger(log.logger()))
	l.append(l.stderr, fatalLine+"half a line")
	l.append(l.stdout, exitingEvent)
	log.hook = func(entry) { log.hook = nil; l.rotate() }
	w.checkKilled(t)
}
