// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"path/filepath"
	"testing"
	"time"

	hpcloudtail "github.com/hpcloud/tail"
	hpcloud "github.com/hpcloud/tail/watch"
	nxadmtail "github.com/nxadm/tail"
	nxadm "github.com/nxadm/tail/watch"
	"go.uber.org/goleak"
	"gopkg.in/tomb.v1"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/watch"
)

func TestMain(m *testing.M) {
	if message := os.Getenv(fatalMessage); message != "" {
		fatal(message)
	}
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must come. No test that passes
// waits for it.
const patience = 30 * time.Second

// module is what one of the two has, where both have the same.
type module struct {
	tailFile     func(string, tail.Config) (*tail.Tail, error)
	pollDuration *time.Duration
	inotify      func(string) fileWatcher
	polling      func(string) fileWatcher
	watch        func(string) error
	watchCreate  func(string) error
	remove       func(string)
}

type fileWatcher interface {
	BlockUntilExists(t *tomb.Tomb) error
	ChangeEvents(t *tomb.Tomb, pos int64) (*watch.FileChanges, error)
}

var modules = map[string]module{
	"nxadm": {
		tailFile:     nxadmtail.TailFile,
		pollDuration: &nxadm.POLL_DURATION,
		inotify:      func(name string) fileWatcher { return nxadm.NewInotifyFileWatcher(name) },
		polling:      func(name string) fileWatcher { return nxadm.NewPollingFileWatcher(name) },
		watch:        nxadm.Watch,
		watchCreate:  nxadm.WatchCreate,
		remove:       func(name string) { _ = nxadm.RemoveWatchCreate(name) },
	},
	"hpcloud": {
		tailFile:     hpcloudtail.TailFile,
		pollDuration: &hpcloud.POLL_DURATION,
		inotify:      func(name string) fileWatcher { return hpcloud.NewInotifyFileWatcher(name) },
		polling:      func(name string) fileWatcher { return hpcloud.NewPollingFileWatcher(name) },
		watch:        hpcloud.Watch,
		watchCreate:  hpcloud.WatchCreate,
		remove:       hpcloud.RemoveWatchCreate,
	},
}

// each runs a test on both modules, which poll quickly.
func each(t *testing.T, test func(t *testing.T, m module)) {
	t.Helper()
	for name, m := range modules {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			setPollDuration(t, m, 2*time.Millisecond)
			test(t, m)
		})
	}
}

// eachWatcher runs a test on the four watchers of files.
func eachWatcher(t *testing.T, test func(t *testing.T, open func(string) fileWatcher)) {
	t.Helper()
	each(t, func(t *testing.T, m module) {
		t.Run("inotify", func(t *testing.T) { test(t, m.inotify) })
		t.Run("polling", func(t *testing.T) { test(t, m.polling) })
	})
}

func setPollDuration(t *testing.T, m module, d time.Duration) {
	before := *m.pollDuration
	*m.pollDuration = d
	t.Cleanup(func() { *m.pollDuration = before })
}

// leavesNothing wants no goroutine of this test to outlive it.
func leavesNothing(t *testing.T) {
	t.Helper()
	before := goleak.IgnoreCurrent()
	t.Cleanup(func() { goleak.VerifyNone(t, before) })
}

// folder is a temporary folder of this test's own. t.TempDir is not used because
// its clean-up fails the test under Wine.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "compat")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func logFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(folder(t), "log")
	write(t, path, content)
	return path
}

func write(t *testing.T, path, content string) {
	t.Helper()
	must(t, os.WriteFile(path, []byte(content), 0o600))
}

func appendTo(t *testing.T, path, content string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	_, err = f.WriteString(content)
	must(t, err)
	must(t, f.Close())
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// receive returns what comes on a channel, and whether it was open.
func receive[E any](t *testing.T, what string, c <-chan E) (E, bool) {
	t.Helper()
	select {
	case e, ok := <-c:
		return e, ok
	case <-time.After(patience):
		t.Fatalf("%s: nothing comes", what)
		panic("unreachable")
	}
}
