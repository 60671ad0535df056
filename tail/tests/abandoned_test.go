// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"maps"
	"runtime"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// groupOfThePackage is one that the linker makes.
var groupOfThePackage tail.Group

// TestAbandoned: what nobody refers to any more is closed, as an os.File is, though
// the watch refers to its files.
func TestAbandoned(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		for name, abandon := range abandons {
			for kind, cfg := range map[string]tail.Config{"once": cfg, "followed": following(cfg)} {
				t.Run(name+"/"+kind, func(t *testing.T) {
					wantClosedLater(t, func() { abandon(t, logFile(t, "one\ntwo\n"), cfg) })
				})
			}
		}
	})
}

// TestAbandonedInBubble: what closes it is not in the bubble, and must not touch the
// channels that were made there.
func TestAbandonedInBubble(t *testing.T) {
	for name, abandon := range abandons {
		t.Run(name, func(t *testing.T) {
			wantClosedLater(t, func() {
				path := logFile(t, "one\ntwo\n")
				synctest.Test(t, func(t *testing.T) { abandon(t, path, tail.Config{}) })
			})
		})
	}
}

// abandons are ways to begin with the lines of a file, and to forget that.
var abandons = map[string]func(t *testing.T, path string, cfg tail.Config){
	"Reader": func(t *testing.T, path string, cfg tail.Config) {
		t.Helper()
		r, err := tail.NewReader(path, cfg)
		must(t, err)
		for _, err := range r.Lines(t.Context()) {
			must(t, err)
			break
		}
	},
	"Group": func(t *testing.T, path string, cfg tail.Config) {
		t.Helper()
		g := new(tail.Group)
		add(t, g, path, cfg)
		for _, err := range g.Lines(t.Context()) {
			must(t, err)
			break
		}
	},
}

// wantClosedLater collects garbage until what was abandoned is closed.
func wantClosedLater(t *testing.T, abandon func()) {
	t.Helper()
	leavesNothing(t)
	before := descriptors(t)
	abandon()
	for begin := time.Now(); !maps.Equal(descriptors(t), before) || watch.Default.Len() > 0; runtime.GC() {
		if time.Since(begin) > patience {
			t.Fatalf("open are %v, before %v; %d watches stand", descriptors(t), before, watch.Default.Len())
		}
	}
}

// TestIterationIsReferenceEnough: who ranges need not have the Group too.
func TestIterationIsReferenceEnough(t *testing.T) {
	path := logFile(t, "one\ntwo\nthree\n")
	lines := func() func(func(tail.Item, error) bool) {
		g := new(tail.Group)
		must(t, g.Add(path, tail.Config{}))
		g.Finish()
		return g.Lines(t.Context())
	}()
	n := 0
	for _, err := range lines {
		must(t, err)
		for range 3 {
			runtime.GC()
		}
		n++
	}
	if n != 3 {
		t.Errorf("%d lines came, want 3", n)
	}
}

// TestAddIsTheLastUse of a Group, which is collected while the file is being opened.
func TestAddIsTheLastUse(t *testing.T) {
	path := logFile(t, "one\n")
	wantClosedLater(t, func() {
		fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, _ string) error {
			for i := 0; op == fileid.OpOpen && i < 3; i++ {
				runtime.GC()
			}
			return nil
		}})
		defer fileid.Use(nil)
		must(t, new(tail.Group).Add(path, tail.Config{}))
	})
}

// TestGroupOfThePackage is never abandoned.
func TestGroupOfThePackage(t *testing.T) {
	path := logFile(t, "one\n")
	add(t, &groupOfThePackage, path, tail.Config{})
	must(t, groupOfThePackage.Remove(path))
}
