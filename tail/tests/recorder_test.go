// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// recorder passes the library's log on to the test's and counts.
type recorder struct {
	testLog
	mu    sync.Mutex
	lines []string
	fresh waker
}

func newRecorder(t *testing.T) *recorder {
	return &recorder{testLog: testLog{t}, fresh: newWaker()}
}

func (r *recorder) Printf(format string, v ...any) {
	r.testLog.Printf(format, v...)
	r.mu.Lock()
	r.lines = append(r.lines, fmt.Sprintf(format, v...))
	r.mu.Unlock()
	r.fresh.Wake()
}

// count is the number of messages that contain text.
func (r *recorder) count(text string) int {
	r.mu.Lock()
	defer r.mu.Unlock()
	n := 0
	for _, line := range r.lines {
		if strings.Contains(line, text) {
			n++
		}
	}
	return n
}

// await waits for a message that contains text.
func (r *recorder) await(text string) {
	r.t.Helper()
	for r.count(text) == 0 {
		r.fresh.await(r.t)
	}
}

// ranging is follow for a Reader that the test wants to ask.
func ranging(t *testing.T, path string, cfg tail.Config) (*output, *tail.Reader) {
	t.Helper()
	r, err := tail.NewReader(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := &output{t: t, items: make(chan string, 1<<16)}
	var wg sync.WaitGroup
	wg.Go(func() { o.drain(ctx, r) })
	t.Cleanup(func() {
		cancel()
		wg.Wait()
		r.Close()
	})
	return o, r
}

// wantLines fails the test unless exactly these lines come next. Gaps may be
// reported between them: which is the matter of other tests.
func (o *output) wantLines(lines ...string) {
	o.t.Helper()
	for i, want := range lines {
		got := o.next()
		for strings.HasPrefix(got, "gap: ") {
			got = o.next()
		}
		if got != want {
			o.t.Fatalf("line %d of %d is %q, want %q", i+1, len(lines), got, want)
		}
	}
}
