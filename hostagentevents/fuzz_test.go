// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// FuzzLogs: whatever bytes the two logs hold, nothing panics, and the events are
// those of the lines that decode by themselves and are within the limit.
func FuzzLogs(f *testing.F) {
	const limit = 200
	f.Add([]byte(portEvent(1)+exitingEvent+"half"), []byte(fatalLine+"panic: no"))
	f.Add([]byte(everything+"\r\n\n"+portEvent(1)), []byte("\n\x00\n"))
	for _, line := range badLines {
		f.Add([]byte(line+"\n"+portEvent(1)), []byte(line))
	}
	f.Fuzz(func(t *testing.T, stdout, stderr []byte) {
		l := newLogs(t)
		l.append(l.stdout, string(stdout))
		l.append(l.stderr, string(stderr))
		w := newOpenWatcher(t, l, WithMaxLineSize(limit), WithPolling(time.Hour))
		if err := w.drain(t.Context()); err != nil {
			t.Fatal(err)
		}
		var want, got []string
		for line := range bytes.Lines(stdout) {
			text, whole := bytes.CutSuffix(line, []byte("\n"))
			if event, err := decodeEvent(text); whole && err == nil && len(text) <= limit {
				want = append(want, string(event.Raw))
			}
		}
		for _, found := range w.queue {
			if found.bad == nil {
				got = append(got, string(found.event.Raw))
			}
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("-want +got\n%s", diff)
		}
	})
}
