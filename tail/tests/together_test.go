// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"os"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// The second tail gets all that is written after the first one has stopped.
func TestTwoTailsOnOneFile(t *testing.T) {
	for _, first := range []int{0, 1} {
		t.Run(fmt.Sprintf("tail %d stops", first), func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				path := logFile(t, "one\n")
				tails := []*tail.Tail{open(t, path, following(cfg)), open(t, path, following(cfg))}
				for _, tl := range tails {
					wantLines(t, tl, "one")
				}
				if err := tails[first].Stop(); err != nil {
					t.Error(err)
				}
				wantLines(t, open(t, logFile(t, "two\n"), following(cfg)), "two") // by the descriptor that became free
				defer promptly(t)()
				for _, l := range numbered(1, 50) {
					appendTo(t, path, l+"\n")
					wantLines(t, tails[1-first], l)
				}
			})
		})
	}
}

// promptly fails the test if what follows takes so long that wake-ups must be
// missing: each line would come with the next safety tick, a second later.
func promptly(t *testing.T) func() {
	begin := time.Now()
	return func() {
		if took := time.Since(begin); took > patience {
			t.Errorf("it took %v", took)
		}
	}
}

// orders in which five tails of one file stop.
var orders = [][]int{{0, 1, 2, 3, 4}, {4, 3, 2, 1, 0}, {2, 0, 4, 1, 3}, {1, 4, 0, 3, 2}}

func TestTailsOfOneFileStopInAnyOrder(t *testing.T) {
	for _, order := range orders {
		t.Run(fmt.Sprint(order), func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				path := logFile(t, "")
				names := namesOf(t, path)
				tails := make([]*tail.Tail, len(order))
				for i := range tails {
					tails[i] = open(t, names[i%len(names)], following(cfg))
				}
				defer promptly(t)()
				for n, i := range order {
					l := fmt.Sprintf("line %d", n)
					appendTo(t, path, l+"\n")
					for _, j := range order[n:] {
						wantLines(t, tails[j], l)
					}
					if err := tails[i].Stop(); err != nil {
						t.Error(err)
					}
				}
			})
		})
	}
}

// namesOf makes further names for a file: a hard link and a symbolic one.
func namesOf(t *testing.T, path string) []string {
	t.Helper()
	names := []string{path}
	if err := os.Link(path, path+"-hard"); err != nil {
		t.Log(err)
	} else {
		names = append(names, path+"-hard")
	}
	if isWine {
		return names // its symbolic links lead nowhere
	}
	if err := os.Symlink(path, path+"-soft"); err != nil {
		t.Log(err) // Windows allows it to few users
	} else {
		names = append(names, path+"-soft")
	}
	return names
}

// Tails of one file come and go while the file is rotated; the one that stays
// misses nothing.
func TestTailsComeAndGoAroundAnother(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := logFile(t, "")
		stays := open(t, path, following(cfg))
		comeAndGo(t, path, following(cfg))
		for round := range 10 {
			for _, l := range numbered(10*round, 10*round+9) {
				appendTo(t, path, l+"\n")
				wantLines(t, stays, l)
			}
			rotate(t, path)
			write(t, path, "")
		}
	})
}

func comeAndGo(t *testing.T, path string, cfg tail.Config) {
	t.Helper()
	for range 2 {
		repeat(t, func() {
			tl, err := tail.Open(path, cfg)
			if err != nil {
				t.Error(err)
				return
			}
			if err := tl.Stop(); err != nil {
				t.Error(err)
			}
		})
	}
}
