// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"runtime"
	"runtime/pprof"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// leavesNothing fails the test if more is open at its end than here: a
// descriptor, a watch or a goroutine.
func leavesNothing(t *testing.T) {
	t.Helper()
	before := descriptors(t)
	t.Cleanup(func() {
		if t.Failed() {
			return
		}
		wantClosed(t, before)
		goleak.VerifyNone(t)
	})
}

// wantClosed fails the test unless exactly the given descriptors are open now
// and nothing is watched.
func wantClosed(t *testing.T, before map[string]string) {
	t.Helper()
	if now := descriptors(t); !maps.Equal(now, before) {
		t.Errorf("open are %v, before %v", now, before)
	}
	if n := watch.Default.Len(); n != 0 {
		t.Errorf("%d watches stand", n)
	}
}

// descriptors lists what this process has open, where the system has /proc. An
// inotify instance counts, what the runtime keeps for itself does not.
func descriptors(t *testing.T) map[string]string {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		return nil
	}
	open := map[string]string{}
	for _, e := range entries {
		to, err := os.Readlink("/proc/self/fd/" + e.Name())
		if err != nil || to == "anon_inode:[eventpoll]" || to == "anon_inode:[eventfd]" {
			continue // the first one is that of ReadDir itself
		}
		open[e.Name()] = to
	}
	return open
}

// usage is what this process has in use: descriptors and watches only where the
// system has /proc, and watches only of inotify.
type usage struct{ goroutines, descriptors, watches int }

func inUse(t *testing.T) usage {
	t.Helper()
	open := descriptors(t)
	u := usage{goroutines: runtime.NumGoroutine(), descriptors: len(open)}
	for fd, to := range open {
		if to != "anon_inode:inotify" {
			continue
		}
		info, err := os.ReadFile("/proc/self/fdinfo/" + fd)
		if err != nil && !errors.Is(err, fs.ErrNotExist) { // then it has been closed since
			t.Fatal(err)
		}
		u.watches += strings.Count(string(info), "inotify wd:")
	}
	return u
}

// within reports whether nothing is more than most beyond what v has.
func (u usage) within(v usage, most int) bool {
	return u.goroutines <= v.goroutines+most && u.descriptors <= v.descriptors+most && u.watches <= v.watches+most
}

// returns runs f and fails the test, with the stacks of all goroutines, unless
// f returns.
func returns[T any](t *testing.T, what string, f func() T) T {
	t.Helper()
	result := make(chan T, 1)
	go func() { result <- f() }()
	return receive(t, what, result)
}

// receive takes a value from a channel and fails the test where none comes.
func receive[T any](t *testing.T, what string, from <-chan T) T {
	t.Helper()
	select {
	case v := <-from:
		return v
	case <-time.After(patience):
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
		t.Fatalf("no end of waiting for %s\n%s", what, stacks.String())
		panic("unreachable")
	}
}

// open starts a Tail that is stopped at the end of the test.
func open(t *testing.T, path string, cfg tail.Config) *tail.Tail {
	t.Helper()
	tl, err := tail.Open(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { returns(t, "Stop", tl.Stop) })
	return tl
}

// newReader makes a Reader that is closed at the end of the test.
func newReader(t *testing.T, path string, cfg tail.Config) *tail.Reader {
	t.Helper()
	r, err := tail.NewReader(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// nextLine receives the next line of a Tail.
func nextLine(t *testing.T, tl *tail.Tail) *tail.Line {
	t.Helper()
	l := receive(t, "a line", tl.Lines)
	if l == nil {
		t.Fatalf("the tail has ended: %v", tl.Err())
	}
	return l
}

// wantLines fails the test unless the Tail sends exactly these lines next.
func wantLines(t *testing.T, tl *tail.Tail, want ...string) {
	t.Helper()
	for i, w := range want {
		if l := nextLine(t, tl); l.Text != w {
			t.Fatalf("line %d of %d is %q, want %q", i+1, len(want), l.Text, w)
		}
	}
}

// wantEnd fails the test unless Lines is closed without a further line.
func wantEnd(t *testing.T, tl *tail.Tail) {
	t.Helper()
	if l := receive(t, "the end of Lines", tl.Lines); l != nil {
		t.Errorf("got the line %q, want the end", l.Text)
	}
}

// wantHeld fails the test unless Lines is closed behind the lines that wait in
// it, each of which Tell knows to have been received.
func wantHeld(t *testing.T, tl *tail.Tail) {
	t.Helper()
	for held := range cap(tl.Lines) + 1 {
		l := receive(t, "the end of Lines", tl.Lines)
		if l == nil {
			return
		}
		if held == cap(tl.Lines) {
			t.Errorf("%q came, though the channel was empty", l.Text)
		}
		if off, _ := tl.Tell(); off != l.SeekInfo.Offset {
			t.Errorf("Tell says %d after the line that ends at %d", off, l.SeekInfo.Offset)
		}
	}
}

// texts drains a Tail to its end.
func texts(t *testing.T, tl *tail.Tail) []string {
	t.Helper()
	return returns(t, "the end of Lines", func() (got []string) {
		for l := range tl.Lines {
			got = append(got, l.Text)
		}
		return got
	})
}

// read drains a Reader to its end.
func read(t *testing.T, r *tail.Reader) []string {
	t.Helper()
	var got []string
	for item, err := range r.Lines(t.Context()) {
		got = append(got, show(item, err))
	}
	return got
}

// repeat calls f over and over in the background until the test, or whoever
// calls what it returns, ends that.
func repeat(t *testing.T, f func()) (stop func()) {
	t.Helper()
	over := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		for {
			select {
			case <-over:
				return
			default:
				f()
			}
		}
	})
	stop = sync.OnceFunc(func() {
		close(over)
		wg.Wait()
	})
	t.Cleanup(stop)
	return stop
}

// polled is for a test in a bubble of synctest: kernel events come from
// outside and do not wake what is inside.
func polled(t *testing.T) tail.Config {
	return tail.Config{Poll: true, Logger: testLog{t}}
}
