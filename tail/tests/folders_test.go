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

func TestVersionsThatWatchFilesOnly(t *testing.T) {
	for version, want := range map[string]bool{
		"v1.6.0": true, "v1.8.0": true, "v1.8.1-0.20250101000000-0123456789ab": true,
		"v1.9.0": false, "v1.10.1": false, "v2.0.0": false, "(devel)": false, "": false,
	} {
		want = want && runtime.GOOS == "linux"
		if got := watch.FilesOnlyWith(version); got != want {
			t.Errorf("fsnotify %q: files only: %v, want %v", version, got, want)
		}
	}
}

// TestFilesOnly: a file is waited for without a watch of its folder, at each
// poll interval, and has a watch of its own once it is there.
func TestFilesOnly(t *testing.T) {
	inKernel(t)
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		usual := watch.FilesOnly
		watch.FilesOnly = func() bool { return true }
		t.Cleanup(func() { watch.FilesOnly = usual })
		path, cfg, log := logInFolder(t), following(tail.Config{PollInterval: 100 * time.Millisecond}), newRecorder(t)
		cfg.Logger = log
		o, r := ranging(t, path, cfg)
		o.want("one")
		must(t, removeAll(filepath.Dir(path)))
		log.await("waiting for " + path)
		must(t, os.Mkdir(filepath.Dir(path), 0o700))
		write(t, path, "two\n")
		begin := time.Now()
		o.wantLines("two")
		if waited := time.Since(begin); waited > cfg.PollInterval*3/2 {
			t.Errorf("found after %v, the poll interval is %v", waited, cfg.PollInterval)
		}
		if r.Stats().Polling || log.count("polling ") != 0 {
			t.Errorf("Stats: %+v", r.Stats())
		}
		for _, b := range l.backends() {
			for _, name := range b.added() {
				if info, err := os.Stat(name); err == nil && info.IsDir() {
					t.Errorf("a folder was watched: %s", name)
				}
			}
		}
	})
}
