// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// awaitSubscriptions waits until the library watches so many files and folders.
func awaitSubscriptions(t *testing.T, n int) {
	t.Helper()
	for begin := time.Now(); watch.Default.Len() < n; runtime.Gosched() {
		if time.Since(begin) > patience {
			t.Fatalf("%d subscriptions, want %d", watch.Default.Len(), n)
		}
	}
}

// TestKernelEventsWake long before the safety tick would, which comes every
// second.
func TestKernelEventsWake(t *testing.T) {
	aboutEvents(t)
	const rounds, limit = 20, 5 * time.Second
	for name, happen := range map[string]func(t *testing.T, path string, o *output){
		"growth": func(t *testing.T, path string, o *output) {
			appendTo(t, path, "more\n")
			o.want("more")
		},
		"rotation": func(t *testing.T, path string, o *output) {
			rotate(t, path)
			write(t, path, "new\n")
			o.want("new")
		},
		"a late line": func(t *testing.T, path string, o *output) {
			old := rotate(t, path)
			write(t, path, "new\n")
			o.want("new")
			appendTo(t, old, "late\n")
			o.want("late")
		},
		"absence": func(t *testing.T, path string, o *output) {
			skipWindows(t, "a file that is held keeps its name there")
			must(t, os.Remove(path))
			write(t, path, "new\n")
			o.wantLines("new")
		},
		"truncation": func(t *testing.T, path string, o *output) {
			content := time.Now().String() // what is written again as it was cannot be told
			write(t, path, content+"\n")
			o.wantLines(content)
		},
	} {
		t.Run(name, func(t *testing.T) {
			path := logFile(t, "")
			o := follow(t, path, following(tail.Config{}))
			begin := time.Now()
			for range rounds {
				happen(t, path, o)
			}
			if took := time.Since(begin); took > limit {
				t.Errorf("%d rounds took %v", rounds, took)
			}
		})
	}
}

// TestKernelEventsWakeForFoldersThatAppear one in another.
func TestKernelEventsWakeForFoldersThatAppear(t *testing.T) {
	aboutEvents(t)
	aboutFolders(t)
	const rounds, limit = 20, 5 * time.Second
	begin := time.Now()
	for i := range rounds {
		path := filepath.Join(folder(t), "a", "b", "c", "log")
		o := follow(t, path, following(tail.Config{}))
		awaitSubscriptions(t, i+1)
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		write(t, path, "one\n")
		o.want("one")
	}
	if took := time.Since(begin); took > limit {
		t.Errorf("%d rounds took %v", rounds, took)
	}
}
