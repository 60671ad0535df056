// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestRetries are six in 620 ms, however often one asks.
func TestRetries(t *testing.T) {
	var r retries
	begin := time.Now()
	var counted []time.Duration
	for after := time.Duration(0); !r.tooMany(); after += time.Millisecond {
		before := r.failures
		if r.fail(begin.Add(after)); r.failures > before {
			counted = append(counted, after)
		}
	}
	if len(counted) != maxFailures+1 || counted[maxFailures] != 620*time.Millisecond {
		t.Errorf("failures counted after %v", counted)
	}
}

// TestBusyFileWhosePathFails for a moment is looked at often in that.
func TestBusyFileWhosePathFails(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	f := polledFollower(t, path, Config{})
	drain(f)
	fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, _ string) error {
		if op == fileid.OpPath {
			return syscall.EIO
		}
		return nil
	}})
	t.Cleanup(func() { fileid.Use(nil) })
	now := time.Now()
	for range 100 {
		f.look(now)
	}
	if f.lastLook(now) {
		t.Error("it is given up at once")
	}
}

// TestRotationThatEndsInNothing is not waited for without end. That the name is missing for
// a moment is no such end.
func TestRotationThatEndsInNothing(t *testing.T) {
	f := polledFollower(t, filepath.Join(scratchFolder(t), "log"), Config{})
	now := time.Now()
	f.unsettled = now
	f.look(now)
	for after, soon := range map[time.Duration]bool{0: true, 2 * patience: false} {
		later := now.Add(after)
		if f.rest(later); (f.due == momentOf(later.Add(unsettledEvery))) != soon {
			t.Errorf("after %v, the next look is due %v later", after, f.due-momentOf(later))
		}
	}
}

// halfRotated follows a log that is named .2 now, with another in its place: .1 is missing.
func halfRotated(t *testing.T) (path string, f *follower) {
	t.Helper()
	path = filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	f = polledFollower(t, path, Config{})
	drain(f)
	must(t, os.Rename(path, path+".2"))
	put(t, path, "two\n")
	return path, f
}

// TestRotationAfterOneThatEndedInNothing is waited for as the first was.
func TestRotationAfterOneThatEndedInNothing(t *testing.T) {
	path, f := halfRotated(t)
	now := time.Now()
	f.look(now)
	must(t, os.Remove(path))
	now = now.Add(time.Hour)
	f.look(now)
	put(t, path, "three\n")
	if f.look(now) {
		t.Fatal("what is missing was not waited for")
	}
	put(t, path+".1", "two\n")
	if !f.look(now.Add(time.Millisecond)) || len(f.sources) != 3 {
		t.Errorf("%d files are to be read, want 3", len(f.sources))
	}
}

// TestRotationAfterACopyThatIsGone is waited for, though the truncation that may follow a
// copy never came.
func TestRotationAfterACopyThatIsGone(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "")
	f := polledFollower(t, path, Config{})
	drain(f)
	put(t, path, "one\n")
	put(t, path+".1", "one\n")
	f.step()
	must(t, os.Remove(path+".1"))
	if c, _ := f.step(); string(c.data) != "one\n" {
		t.Fatalf("got %q", c.data)
	}
	must(t, os.Rename(path, path+".2")) // and .1 is missing
	put(t, path, "two\n")
	if f.look(time.Now().Add(time.Hour)) {
		t.Error("what is missing was not waited for")
	}
}

// TestRotationIsWaitedForOnce, however seldom somebody looks.
func TestRotationIsWaitedForOnce(t *testing.T) {
	_, f := halfRotated(t)
	now := time.Now()
	if f.look(now) {
		t.Fatal("what is missing was not waited for")
	}
	if !f.look(now.Add(time.Hour)) {
		t.Error("it is waited for again")
	}
}

// TestNothingIsDueBeforeItIsDone: else one who waits would not wait.
func TestNothingIsDueBeforeItIsDone(t *testing.T) {
	now := time.Now()
	for name, fail := range map[string]func(f *follower){
		"reading":     func(f *follower) { f.reads.fail(now); f.sources[0].reads.fail(now.Add(-time.Minute)) },
		"in the way":  func(f *follower) { f.sources[0].reads.fail(now) },
		"late":        func(f *follower) { f.sources[1].reads.fail(now); f.sources[0].until = now.Add(time.Minute) },
		"with others": func(f *follower) { f.reads.fail(now); f.sources[1].reads.fail(now) },
	} {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(scratchFolder(t), "log")
			put(t, path, "one\n")
			f := polledFollower(t, path, Config{PollInterval: time.Hour})
			for range 2 { // rotated away, and their time is over
				file, err := fileid.Open(path)
				must(t, err)
				s := &source{file: f.sources[0].file, f: file, until: now.Add(-time.Second)}
				f.sources = append([]*source{s}, f.sources...)
				f.reading++
			}
			fail(f)
			f.rest(now)
			if f.due <= momentOf(now) {
				t.Errorf("the next step is due %v ago", momentOf(now)-f.due)
			}
		})
	}
}
