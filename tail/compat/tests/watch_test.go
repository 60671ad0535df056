// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"gopkg.in/tomb.v1"
)

// blocking calls BlockUntilExists in a goroutine of its own.
func blocking(w fileWatcher, life *tomb.Tomb) <-chan error {
	done := make(chan error, 1)
	go func() { done <- w.BlockUntilExists(life) }()
	return done
}

func TestBlockUntilExists(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		var life tomb.Tomb
		path := filepath.Join(folder(t), "log")
		done := blocking(open(path), &life)
		write(t, path, "")
		if err, _ := receive(t, "a file that appears", done); err != nil {
			t.Error(err)
		}
		if err, _ := receive(t, "a file that exists", blocking(open(path), &life)); err != nil {
			t.Error(err)
		}
	})
}

func TestBlockUntilExistsWaitsForFolders(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		var life tomb.Tomb
		dir := filepath.Join(folder(t), "a", "b")
		path := filepath.Join(dir, "log")
		done := blocking(open(path), &life)
		must(t, os.MkdirAll(dir, 0o700))
		write(t, path, "")
		if err, _ := receive(t, "a file that appears with its folders", done); err != nil {
			t.Error(err)
		}
	})
}

func TestBlockUntilExistsEndsWithItsTomb(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		var life tomb.Tomb
		done := blocking(open(filepath.Join(folder(t), "log")), &life)
		life.Kill(nil)
		if err, _ := receive(t, "the end", done); err != tomb.ErrDying { //nolint:errorlint // programs compare so
			t.Error(err)
		}
	})
}

func TestBlockUntilExistsEndsWithItsWatch(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		var life tomb.Tomb
		path := filepath.Join(folder(t), "log")
		done := blocking(m.inotify(path), &life)
		for {
			select {
			case err := <-done:
				if err == nil || err.Error() != "inotify watcher has been closed" {
					t.Errorf("the error is %v", err)
				}
				return
			default:
				m.remove(path) // it may not have been watched yet
				runtime.Gosched()
			}
		}
	})
}

func TestChangeEvents(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		var life tomb.Tomb
		defer life.Kill(nil)
		path := logFile(t, "one\n")
		changes, err := open(path).ChangeEvents(&life, 4)
		must(t, err)
		appendTo(t, path, "two\n")
		receive(t, "Modified", changes.Modified)
		must(t, os.Truncate(path, 1))
		receive(t, "Truncated", changes.Truncated)
		appendTo(t, path, "three\n")
		receive(t, "Modified after Truncated", changes.Modified)
		must(t, os.Remove(path))
		receive(t, "Deleted", changes.Deleted)
	})
}

// TestChangeEventsLeavesNothingOut: what was written between a caller's read and
// its call is told of.
func TestChangeEventsLeavesNothingOut(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		for _, pos := range []int64{0, 100} {
			var life tomb.Tomb
			changes, err := open(logFile(t, "one\n")).ChangeEvents(&life, pos)
			must(t, err)
			c := changes.Modified
			if pos > 4 {
				c = changes.Truncated
			}
			receive(t, "the change", c)
			life.Kill(nil)
		}
	})
}

func TestChangeEventsEndsWithTheName(t *testing.T) {
	for how, move := range map[string]func(t *testing.T, path string){
		"renamed": func(t *testing.T, path string) { must(t, os.Rename(path, path+".1")) },
		"another": func(t *testing.T, path string) {
			must(t, os.Rename(path, path+".1"))
			write(t, path, "a longer one\n")
		},
		"folder": func(t *testing.T, path string) {
			must(t, os.Remove(path))
			must(t, os.Remove(filepath.Dir(path)))
		},
	} {
		t.Run(how, func(t *testing.T) {
			if how == "folder" && runtime.GOOS == "windows" {
				t.Skip("windows: a removed file stays in its folder while a look has it open, so that the folder cannot be removed")
			}
			eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
				var life tomb.Tomb // lives on: the end is the name's
				path := logFile(t, "one\n")
				changes, err := open(path).ChangeEvents(&life, 4)
				must(t, err)
				move(t, path)
				receive(t, "Deleted", changes.Deleted)
			})
		})
	}
}

func TestChangeEventsOfNothing(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		var life tomb.Tomb
		changes, err := open(filepath.Join(folder(t), "log")).ChangeEvents(&life, 0)
		if changes != nil || !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("got %v, %v", changes, err)
		}
	})
}

// TestWatchersAreManyOnOneFile: one that ends is no matter to the others.
func TestWatchersAreManyOnOneFile(t *testing.T) {
	eachWatcher(t, func(t *testing.T, open func(string) fileWatcher) {
		var first, second tomb.Tomb
		defer second.Kill(nil)
		path := logFile(t, "")
		_, err := open(path).ChangeEvents(&first, 0)
		must(t, err)
		changes, err := open(path).ChangeEvents(&second, 0)
		must(t, err)
		first.Kill(nil)
		appendTo(t, path, "one\n")
		receive(t, "Modified", changes.Modified)
	})
}
