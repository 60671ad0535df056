// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// groupEnds are the ways in which a loop over a Group may end, and its last
// pair then.
var groupEnds = map[string]struct {
	end  func(e *ending)
	want string
}{
	"Close inside the loop":     {func(e *ending) { e.g.Close() }, "end: tail: closed"},
	"Close, twice":              {func(e *ending) { e.g.Close(); e.g.Close() }, "end: tail: closed"},
	"Close from elsewhere":      {func(e *ending) { e.Go(func() { e.g.Close() }) }, "end: tail: closed"},
	"Close with a file missing": {func(e *ending) { add(e.t, e.g, e.path+"x", tail.Config{}); e.g.Close() }, "end: tail: closed"},
	"context":                   {func(e *ending) { e.cancel(errWhy) }, "end: the reason"},
	"context from elsewhere":    {func(e *ending) { e.Go(func() { e.cancel(errWhy) }) }, "end: the reason"},
	"Finish, then Remove":       {func(e *ending) { e.g.Finish(); e.remove() }, "log: one"},
	"Remove, then Finish":       {func(e *ending) { e.remove(); e.g.Finish() }, "log: one"},
	"both from elsewhere":       {func(e *ending) { e.Go(e.g.Finish); e.Go(e.remove) }, "log: one"},
}

// ending is a loop that is to end.
type ending struct {
	sync.WaitGroup
	t      *testing.T
	g      *tail.Group
	path   string
	cancel context.CancelCauseFunc
}

func (e *ending) remove() {
	if err := e.g.Remove(e.path); err != nil {
		e.t.Error(err)
	}
}

func TestGroupEnds(t *testing.T) {
	for name, row := range groupEnds {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				path := logFile(t, "one\n")
				ctx, cancel := context.WithCancelCause(t.Context())
				e := &ending{t: t, g: newGroup(t, following(cfg), path), path: path, cancel: cancel}
				defer e.Wait()
				last := returns(t, "the end of the loop", func() (last string) {
					for item, err := range e.g.Lines(ctx) {
						if last = showFile(item, err); err == nil {
							row.end(e)
						}
					}
					return last
				})
				if last != row.want {
					t.Errorf("the last is %q, want %q", last, row.want)
				}
			})
		})
	}
}

func TestNothingIsOpenWhenGroupCloseReturns(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		paths := logFiles(t, 20)
		before := descriptors(t)
		g := newGroup(t, following(cfg), paths...)
		n := 0
		rangeOver(t, g, func(string) bool { n++; return n < len(paths) })
		if err := g.Close(); err != nil {
			t.Error(err)
		}
		wantClosed(t, before)
		if err := removeAll(filepath.Dir(paths[0])); err != nil {
			t.Error(err)
		}
	})
}

func TestGroupIsClosedForGood(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	g := newGroup(t, tail.Config{})
	g.Close()
	if err := g.Add(path, tail.Config{}); !errors.Is(err, tail.ErrClosed) {
		t.Errorf("Add says %v", err)
	}
	if got := rangeOver(t, g, always); !slices.Equal(got, []string{"end: tail: closed"}) {
		t.Errorf("got %q", got)
	}
}

func TestGroupIsFinishedForGood(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	g := newGroup(t, tail.Config{})
	g.Finish()
	if err := g.Add(path, tail.Config{}); err == nil || !strings.Contains(err.Error(), "Finish") {
		t.Errorf("Add says %v", err)
	}
	if got := rangeOver(t, g, always); got != nil {
		t.Errorf("got %q", got)
	}
}

// A Close that finds another one, or a Remove, under way returns when all is
// closed, too.
func TestGroupCloseWaitsForWhoeverElseCloses(t *testing.T) {
	for name, other := range map[string]func(g *tail.Group, paths []string){
		"Close": func(g *tail.Group, _ []string) { g.Close() },
		"Remove": func(g *tail.Group, paths []string) {
			for _, path := range paths {
				_ = g.Remove(path) // an error: Close was faster
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			for range 20 {
				eachMode(t, func(t *testing.T, cfg tail.Config) {
					leavesNothing(t)
					paths := logFiles(t, 20)
					before := descriptors(t)
					g := newGroup(t, following(cfg), paths...)
					var wg sync.WaitGroup
					begun := make(chan struct{})
					wg.Go(func() { close(begun); other(g, paths) })
					<-begun
					g.Close()
					wantClosed(t, before)
					wg.Wait()
				})
			}
		})
	}
}
