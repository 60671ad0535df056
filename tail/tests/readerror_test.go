// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// everyTime is for failures that do not pass.
const everyTime = 1 << 40

// faulty lets fail decide, until the test ends, what an operation on a file meets.
func faulty(t *testing.T, fail func(op fileid.Op, name string) error) {
	t.Helper()
	fileid.Use(&fileid.Seam{Fail: fail})
	t.Cleanup(func() { fileid.Use(nil) })
}

// spoil makes the next n operations of a kind on path, or on what stands in
// it, fail until the test ends.
func spoil(t *testing.T, op fileid.Op, path string, n int64, err error) {
	t.Helper()
	var left atomic.Int64
	left.Store(n)
	faulty(t, func(was fileid.Op, name string) error {
		if was != op || !strings.HasPrefix(name, path) || left.Add(-1) < 0 {
			return nil
		}
		return err
	})
}

func TestReadErrorThatPasses(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\ntwo\n")
		spoil(t, fileid.OpRead, path, 3, syscall.EIO)
		follow(t, path, following(cfg)).want("one", "two")
	})
}

func TestReadErrorThatStaysIsReported(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		spoil(t, fileid.OpRead, path, everyTime, syscall.EIO)
		follow(t, path, following(cfg)).want("end: tail: read "+path+": "+syscall.EIO.Error(), "end")

		tl, err := tail.Open(path, following(cfg))
		if err != nil {
			t.Fatal(err)
		}
		for l := range tl.Lines {
			t.Errorf("got %q", l.Text)
		}
		if err := tl.Wait(); !errors.Is(err, syscall.EIO) {
			t.Errorf("Wait says %v", err)
		}
	})
}

// TestPathThatCannotBeLookedAtIsReported, and what has been read before it.
func TestPathThatCannotBeLookedAtIsReported(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		spoil(t, fileid.OpPath, path, everyTime, syscall.EIO)
		appendTo(t, path, "two\npiece")
		o.want("two", "piece…", "end: tail: stat "+path+": "+syscall.EIO.Error(), "end")
	})
}

// TestPathThatNeverAppearsIsReported in words that programs know.
func TestPathThatNeverAppearsIsReported(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(folder(t), "log")
		tl, err := tail.TailFile(path, following(cfg))
		if err != nil {
			t.Fatal(err)
		}
		spoil(t, fileid.OpPath, path, everyTime, syscall.EIO)
		err = returns(t, "Wait", tl.Wait)
		if !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), "Failed to detect creation of "+path) {
			t.Errorf("Wait says %v", err)
		}
	})
}

// TestFailuresThatPassCostNothing, whatever they are, whenever they come.
func TestFailuresThatPassCostNothing(t *testing.T) {
	skipWindows(t, "nothing can be renamed onto a file that is held there")
	for _, op := range []fileid.Op{fileid.OpOpen, fileid.OpPath, fileid.OpHandle, fileid.OpRead, fileid.OpList} {
		for _, err := range []error{syscall.EIO, syscall.EMFILE} {
			t.Run(string(op)+"/"+err.Error(), func(t *testing.T) {
				eachMode(t, func(t *testing.T, cfg tail.Config) {
					path := logFile(t, "one\n")
					write(t, path+".1", "of before\n")
					o := follow(t, path, following(cfg))
					o.want("one")
					for _, line := range numbered(1, 3) {
						spoil(t, op, path, 3, err)
						rename(t, path+".1", path+".2")
						rename(t, path, path+".1")
						write(t, path, line+"\n")
						o.want(line)
					}
				})
			})
		}
	}
}

// TestUnlistableSiblingsAreAGap: which of them are new cannot be told, so none
// is read.
func TestUnlistableSiblingsAreAGap(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+".1", "of before\n")
		write(t, path+".2", "of long before\n")
		spoil(t, fileid.OpPath, path+".", everyTime, syscall.EIO)
		log := newRecorder(t)
		cfg.Logger = log
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, path+".2", path+".3")
		rename(t, path+".1", path+".2")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("gap: replaced", "two")
		fileid.Use(nil)
		log.await("can be listed again")
		for n := 3; n > 0; n-- {
			rename(t, fmt.Sprintf("%s.%d", path, n), fmt.Sprintf("%s.%d", path, n+1))
		}
		rename(t, path, path+".1")
		write(t, path, "three\n")
		o.want("three")
	})
}

// TestFolderThatMayNotBeListed is no reason to lose anything: the numbers are
// asked for one by one.
// TestUnreadableSiblingIsNotTakenForANewOne: it was there at the start, when no descriptor
// was to be had to look into it. What it holds of later is a gap.
func TestUnreadableSiblingIsNotTakenForANewOne(t *testing.T) {
	skipWindows(t, "nothing can be renamed onto a file that is held there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+".1", "of before\n")
		spoil(t, fileid.OpOpen, path+".1", everyTime, syscall.EMFILE)
		o := follow(t, path, following(cfg))
		o.want("one")
		fileid.Use(nil)
		appendTo(t, path+".1", "late\n")
		rename(t, path+".1", path+".2")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("gap: replaced", "two")
	})
}

func TestFolderThatMayNotBeListed(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		spoil(t, fileid.OpList, filepath.Dir(path), everyTime, syscall.EACCES)
		o := follow(t, path, following(cfg))
		o.want("one")
		for _, line := range numbered(1, 3) {
			rename(t, path, path+".1")
			write(t, path, line+"\n")
			o.want(line)
			remove(t, path+".1")
		}
	})
}

// TestShortReads: a read may bring less than there is, wherever it likes.
func TestShortReads(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		lines := slices.Concat(numbered(1, 400), []string{strings.Repeat("long ", 2000)})
		path := logFile(t, text(lines))
		var n atomic.Int64
		fileid.Use(&fileid.Seam{Most: func(_ string, most int) int {
			return min(most, []int{1, 7, 700, 1 << 20}[n.Add(1)%4])
		}})
		t.Cleanup(func() { fileid.Use(nil) })
		o := follow(t, path, following(cfg))
		o.want(lines...)
		appendTo(t, path, "more\n")
		o.want("more")
		rename(t, path, path+".1")
		write(t, path, "new\n")
		o.want("new")
		o = follow(t, path+".1", tail.Config{LastLines: 3})
		o.want("line 400", lines[400], "more", "end")
	})
}

// TestTornRead: a read that is under way while the file is truncated and written
// may bring zeros, or old bytes before new ones. They are none of its lines.
func TestTornRead(t *testing.T) {
	long := strings.Repeat("a line of sixteen\n", 4000)
	for name, spoil := range map[string]func(b []byte){
		"zeros at the end":           func(b []byte) { clear(b[len(b)-5:]) },
		"zeros at the end of a page": func(b []byte) { clear(b[8180:8192]) },
		"another content":            func(b []byte) { copy(b[9000:], "of another") },
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "")
				o := follow(t, path, following(cfg))
				var once sync.Once
				fileid.Use(&fileid.Seam{Brought: func(_ string, b []byte) {
					if len(b) > 9000 {
						once.Do(func() { spoil(b) })
					}
				}})
				t.Cleanup(func() { fileid.Use(nil) })
				appendTo(t, path, long+"two\n")
				o.want(strings.Split(long+"two", "\n")...)
			})
		})
	}
}

// TestLateLinesBehindAReadError: a file in its grace period is tried again, too.
func TestLateLinesBehindAReadError(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		path := logFile(t, "one\n")
		o := follow(t, path, following(tail.Config{Poll: true, GracePeriod: 10 * time.Second}))
		o.want("one")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("two")
		synctest.Wait()
		spoil(t, fileid.OpRead, path, 4, syscall.EIO)
		appendTo(t, path+".1", "late\n")
		o.want("late")
		spoil(t, fileid.OpRead, path, 4, syscall.EIO)
		appendTo(t, path, "three\n")
		o.want("three")
	})
}
