// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"path/filepath"
	"runtime"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// swept is a file that a hub looks at.
type swept struct {
	waker
	path      string
	quiet     watch.Quiet
	turn      watch.Turn
	forgotten atomic.Bool
	late      atomic.Bool // looked at while forgotten
	looks     atomic.Int64
}

// TestLooksWhileOthersComeAndGo: files join and leave the round that is being made.
// Each that stays is looked at and woken for a change; none that was forgotten is.
func TestLooksWhileOthersComeAndGo(t *testing.T) {
	needsLooks(t)
	hub := heldHub(t)
	all := map[string]*swept{}
	for i, path := range logFiles(t, 16) {
		all[filepath.Base(path)] = sweptFile(t, path, time.Duration(1+i%2)*time.Millisecond)
	}
	faulty(t, func(op fileid.Op, name string) error {
		if s := all[filepath.Base(name)]; op == fileid.OpHandle && s != nil {
			s.looks.Add(1)
			s.late.CompareAndSwap(false, s.forgotten.Load())
		}
		return nil
	})

	var stay []*swept
	for _, s := range all {
		if len(stay) < len(all)/2 {
			stay = append(stay, s)
			hub.Sweep(&s.turn, &s.quiet)
			t.Cleanup(func() { hub.Forget(&s.turn) })
			continue
		}
		repeat(t, func() {
			s.forgotten.Store(false)
			hub.Sweep(&s.turn, &s.quiet)
			runtime.Gosched()
			hub.Sweep(&s.turn, &s.quiet)
			hub.Forget(&s.turn)
			s.forgotten.Store(true)
		})
	}
	for _, s := range stay {
		for before := s.looks.Load(); s.looks.Load() < before+20; {
			runtime.Gosched()
		}
		appendTo(t, s.path, "more\n")
		receive(t, "a wake-up for "+s.path, s.waker)
	}
	for _, s := range all {
		if s.late.Load() {
			t.Errorf("%s was looked at after it had been forgotten", s.path)
		}
	}
}

// TestSlowRoundLetsOthersCome: the looks of one round take longer than its interval, so
// that it is always due.
func TestSlowRoundLetsOthersCome(t *testing.T) {
	needsLooks(t)
	hub := heldHub(t)
	paths := logFiles(t, 2)
	slow, other := sweptFile(t, paths[0], time.Millisecond), sweptFile(t, paths[1], 10*time.Millisecond)
	looks := make(chan struct{})
	faulty(t, func(op fileid.Op, name string) error {
		switch {
		case op != fileid.OpHandle:
		case name == slow.path:
			for begin := time.Now(); time.Since(begin) < 2*time.Millisecond; {
				runtime.Gosched()
			}
		default:
			select {
			case looks <- struct{}{}:
			case <-t.Context().Done():
			}
		}
		return nil
	})
	for _, s := range []*swept{slow, other} {
		hub.Sweep(&s.turn, &s.quiet)
		t.Cleanup(func() { hub.Forget(&s.turn) })
	}
	for range 10 {
		receive(t, "a look at the other file", looks)
	}
}

// TestSafetyTickBecomesShorter when most subscribers have left: who is looked at from
// then on does not wait for the look that there would have been.
func TestSafetyTickBecomesShorter(t *testing.T) {
	for name, second := range map[string]int{"another file": 1, "the same file": 0} {
		t.Run(name, func(t *testing.T) {
			needsLooks(t)
			hub := heldHub(t)
			paths := logFiles(t, 2)
			files := []*swept{sweptFile(t, paths[0], 0), sweptFile(t, paths[1], 0)}
			hub.Tick = time.Hour
			hub.Sweep(&files[0].turn, &files[0].quiet)
			hub.Tick = 10 * time.Millisecond
			s := files[second]
			hub.Sweep(&s.turn, &s.quiet)
			for _, s := range files {
				t.Cleanup(func() { hub.Forget(&s.turn) })
			}
			appendTo(t, s.path, "more\n")
			receive(t, "a wake-up", s.waker)
		})
	}
}

// TestRoundsGiveTheirMemoryBack when the files have left.
func TestRoundsGiveTheirMemoryBack(t *testing.T) {
	needsLooks(t)
	const files, most = 100_000, 200_000 // bytes, of some millions
	hub := heldHub(t)
	s := sweptFile(t, logFiles(t, 1)[0], time.Hour)
	hub.Sweep(&s.turn, &s.quiet)
	t.Cleanup(func() { hub.Forget(&s.turn) })
	before := heap()
	turns := make([]watch.Turn, files)
	for i := range turns {
		hub.Sweep(&turns[i], &s.quiet)
	}
	for i := range turns {
		hub.Forget(&turns[i])
	}
	if kept := heap() - before; kept > most {
		t.Errorf("%d bytes are kept of %d files, want %d at most", kept, files, most)
	}
}

// TestFoldersGiveTheirMemoryBack when their files have left; those of other files are kept.
func TestFoldersGiveTheirMemoryBack(t *testing.T) {
	needsLooks(t)
	const folders, most = 20_000, 200_000 // bytes, of some millions
	hub := heldHub(t)
	s := sweptFile(t, logFiles(t, 1)[0], time.Hour)
	s.quiet.Folder = hub.Folder(filepath.Dir(s.path))
	hub.Sweep(&s.turn, &s.quiet)
	before := heap()
	for i := range folders {
		var turn watch.Turn
		q := s.quiet
		q.Folder = hub.Folder(fmt.Sprintf("/folder/%d", i))
		hub.Sweep(&turn, &q)
		hub.Forget(&turn)
	}
	if kept := heap() - before; kept > most {
		t.Errorf("%d bytes are kept of %d folders, want %d at most", kept, folders, most)
	}
	if hub.Folder(filepath.Dir(s.path)) != s.quiet.Folder {
		t.Error("the folder of a file that is there is made again")
	}
	hub.Forget(&s.turn)
}

func needsLooks(t *testing.T) {
	t.Helper()
	if !fileid.CanTrace {
		t.Skip(runtime.GOOS + ": the hub takes no looks")
	}
	leavesNothing(t)
}

func heldHub(t *testing.T) *watch.Hub {
	t.Helper()
	hub := watch.NewHub((&layer{}).open)
	hub.Hold()
	t.Cleanup(hub.Release)
	return hub
}

func sweptFile(t *testing.T, path string, every time.Duration) *swept {
	t.Helper()
	s := &swept{waker: newWaker(), path: path, quiet: quietFile(t, path, every)}
	s.turn.Waker = s
	return s
}

// quietFile is what a hub looks at, as it is now.
func quietFile(t *testing.T, path string, every time.Duration) watch.Quiet {
	t.Helper()
	file := openFile(t, path)
	trace, err := fileid.TraceOf(file.Fd(), file.File)
	must(t, err)
	return watch.Quiet{File: file.File, Trace: trace, Every: every}
}
