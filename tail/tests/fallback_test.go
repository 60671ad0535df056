// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// TestPollingEndsWhenWatchesCanBeHad again, and is told, as its beginning was.
func TestPollingEndsWhenWatchesCanBeHad(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		var free atomic.Bool
		l.add = func(*backend, string) error {
			if free.Load() {
				return nil
			}
			return syscall.ENOSPC
		}
		l.use(t)
		path, cfg, log := logFile(t, "one\n"), following(tail.Config{}), newRecorder(t)
		cfg.Logger = log
		o, r := ranging(t, path, cfg)
		o.want("one")
		log.await("polling " + path)
		free.Store(true)
		log.await("watching " + path + " again")
		appendTo(t, path, "two\n")
		o.want("two")
		if n := log.count("polling "); n != 1 || r.Stats().Polling {
			t.Errorf("polling was told %d times, want once; Stats: %+v", n, r.Stats())
		}
	})
}

// TestManyFilesDoNotAskOneByOne for what there is none of.
func TestManyFilesDoNotAskOneByOne(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.refuseWatches()
		hub, file := watch.NewHub(l.open), openFile(t, logFile(t, ""))
		for range 100 {
			if _, err := hub.File(file.File, file.Name(), file.id, newWaker()); !errors.Is(err, syscall.ENOSPC) {
				t.Errorf("File: %v, want %v", err, syscall.ENOSPC)
			}
		}
		if n := len(l.backends()); n != 1 {
			t.Errorf("%d watchers were made, want 1", n)
		}
	})
}

// TestFileSystemThatDoesNotTell is polled without a try.
func TestFileSystemThatDoesNotTell(t *testing.T) {
	inKernel(t)
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		path := "/proc/" + strconv.Itoa(os.Getpid()) + "/comm"
		cfg, log := following(tail.Config{}), newRecorder(t)
		cfg.Logger = log
		o, r := ranging(t, path, cfg)
		o.next()
		log.await("polling " + path)
		if n := log.count(watch.ErrSilent.Error() + " (proc)"); n != 1 || !r.Stats().Polling || len(l.backends()) != 0 {
			t.Errorf("told %d times, want once; Stats: %+v; %d watchers", n, r.Stats(), len(l.backends()))
		}
	})
}

// TestFolderThatDoesNotTell, where a file is waited for.
func TestFolderThatDoesNotTell(t *testing.T) {
	inKernel(t)
	_, err := watch.Default.Dir("/proc/"+strconv.Itoa(os.Getpid()), "log", newWaker())
	if !errors.Is(err, watch.ErrSilent) {
		t.Errorf("Dir: %v, want %v", err, watch.ErrSilent)
	}
}

// mounted runs the test again where it may mount something, with a file system
// of this kind on an empty folder that exists there alone. What the script starts
// ends with the test. It reports whether
// this is there.
func mounted(t *testing.T, script string) (dir string, there bool) {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip(runtime.GOOS + ": mounts of one's own are Linux's")
	}
	dir = os.Getenv("TAIL_TEST_MOUNT")
	if dir == "" {
		dir = folder(t)
		t.Setenv("TAIL_TEST_MOUNT", dir)
	}
	return dir, unshared(t, "-Urmpf", `cd "$TAIL_TEST_MOUNT" && `+script)
}

// TestOverlay: a file of the lower layer is copied when it is first written to.
func TestOverlay(t *testing.T) {
	dir, there := mounted(t, `mkdir lower upper work all && printf 'one\n' > lower/log &&
		mount -t overlay -o lowerdir=lower,upperdir=upper,workdir=work,userxattr overlay all`)
	if !there {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(dir, "all", "log")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		o.want("two")
		appendTo(t, path, "three\n")
		o.want("three")
		rename(t, path, path+".1")
		write(t, path, "one\n") // for the other mode
		o.want("one")
	})
}

// TestTmpfs is a file system like others.
func TestTmpfs(t *testing.T) {
	dir, there := mounted(t, "mount -t tmpfs tmpfs . && cd .")
	if !there {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(dir, "log")
		write(t, path, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		rename(t, path, path+".1")
		write(t, path, "three\n")
		o.want("two", "three")
	})
}
