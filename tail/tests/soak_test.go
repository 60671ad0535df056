// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// soak is how often a test repeats what once went wrong in one of thousands of
// cycles. The environment variable TAIL_SOAK sets another number.
func soak(t *testing.T, cycles int) int {
	t.Helper()
	env := os.Getenv("TAIL_SOAK")
	switch {
	case env == "" && isWine:
		return cycles / 5 // of which each takes its time there
	case env == "":
		return cycles
	}
	n, err := strconv.Atoi(env)
	if err != nil {
		t.Fatalf("TAIL_SOAK is %q: it must be a number of cycles", env)
	}
	return n
}

// Stop, rename, remove, and open the same name at once: what hangs a shared
// watcher whose drainer calls it. The rows share the cycles; those that stand
// alone make a watcher each time, which takes the kernel 10 ms.
func TestStopAndReopen(t *testing.T) {
	for _, procs := range []int{1, runtime.GOMAXPROCS(0)} {
		for _, row := range []struct {
			name       string
			busy, part int
		}{{"alone", 0, 8}, {"beside two busy logs", 2, 4}} {
			t.Run(fmt.Sprintf("GOMAXPROCS %d, %s", procs, row.name), func(t *testing.T) {
				eachMode(t, func(t *testing.T, cfg tail.Config) {
					leavesNothing(t)
					defer runtime.GOMAXPROCS(runtime.GOMAXPROCS(procs))
					cfg.Logger = nil
					path := logFile(t, "one\n")
					for i := range row.busy {
						keepBusy(t, fmt.Sprintf("%s-busy%d", path, i), following(cfg))
					}
					for range soak(t, 1000) / row.part {
						reopen(t, path, following(cfg))
					}
				})
			})
		}
	}
}

// reopen is one cycle.
func reopen(t *testing.T, path string, cfg tail.Config) {
	t.Helper()
	tl, err := tail.Open(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	wantLines(t, tl, "one")
	if err := returns(t, "Stop", tl.Stop); err != nil {
		t.Fatal(err)
	}
	rename(t, path, path+".1")
	remove(t, path+".1")
	write(t, path, "one\n")
}

// keepBusy has a log written and followed until the test ends.
func keepBusy(t *testing.T, path string, cfg tail.Config) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	o := follow(t, path, cfg)
	repeat(t, func() {
		if _, err := f.WriteString("busy\n"); err != nil {
			t.Error(err)
		}
		o.want("busy")
	})
}

// Goroutines, descriptors and watches do not become more with the rotations; a
// few files may be in their grace period, or wait for their turn, at any moment.
// What is in use when all has come to rest is what was at the start.
func TestRotationsLeaveNothing(t *testing.T) {
	const inGrace, kept = 20, 5
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		cfg.GracePeriod = -1
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		o.want("two")
		if runtime.GOOS == "linux" && os.Getenv(eventless) == "" && !cfg.Poll {
			for begin := time.Now(); inUse(t).watches == 0; runtime.Gosched() {
				if time.Since(begin) > patience {
					t.Fatal("no watch is made")
				}
			}
		}
		start := inUse(t)
		start.goroutines++ // the one that looks at quiet files may begin meanwhile
		cycles := soak(t, 1000)
		if cfg.Poll || os.Getenv(eventless) != "" { // each takes an interval or more
			cycles /= 5
		}
		for n := range cycles {
			appendTo(t, path, fmt.Sprintf("end of %d\n", n))
			rename(t, path, fmt.Sprintf("%s.%d", path, n+1))
			if n >= kept { // each is asked for at each rotation
				remove(t, fmt.Sprintf("%s.%d", path, n+1-kept))
			}
			write(t, path, fmt.Sprintf("start of %d\n", n+1))
			o.want(fmt.Sprintf("end of %d", n), fmt.Sprintf("start of %d", n+1))
			if now := inUse(t); !now.within(start, inGrace) {
				t.Fatalf("in use are %+v after %d rotations, at the start %+v", now, n+1, start)
			}
		}
		for begin := time.Now(); !inUse(t).within(start, 0); {
			if time.Since(begin) > patience {
				t.Fatalf("in use are %+v in the end, at the start %+v", inUse(t), start)
			}
			appendTo(t, path, "more\n")
			o.want("more")
		}
	})
}

// A folder and its files are gone and back again while a tail waits.
func TestFolderComesAndGoes(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		dir := filepath.Join(folder(t), "a", "b")
		o := follow(t, filepath.Join(dir, "log"), following(cfg))
		for n := range soak(t, 1000) / 100 {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Fatal(err)
			}
			write(t, filepath.Join(dir, "log"), fmt.Sprintf("line %d\n", n))
			for o.next() != fmt.Sprintf("line %d", n) {
				continue // gaps: the file before was deleted
			}
			if err := removeAll(filepath.Dir(dir)); err != nil {
				t.Fatal(err)
			}
		}
	})
}

// Folders that are waited for come and go while other files begin and cease to
// be followed. It is the race detector that judges here: fsnotify before 1.9
// reads one of its maps without its lock when a watched folder is deleted,
// which can end the process.
func TestFoldersComeAndGoBesideOthers(t *testing.T) {
	skipWine(t, staysVisible)
	leavesNothing(t)
	cfg := following(tail.Config{})
	base := folder(t)
	for i := range 4 {
		dir := filepath.Join(base, fmt.Sprint(i), "b")
		follow(t, filepath.Join(dir, "log"), cfg)
		repeat(t, func() {
			if err := os.MkdirAll(dir, 0o700); err != nil {
				t.Error(err)
			}
			if err := removeAll(filepath.Dir(dir)); err != nil {
				t.Error(err)
			}
		})
	}
	path := logFile(t, "one\n")
	for range soak(t, 1000) / 2 {
		tl, err := tail.Open(path, cfg)
		if err != nil {
			t.Fatal(err)
		}
		wantLines(t, tl, "one")
		tl.Stop()
	}
}
