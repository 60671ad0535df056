// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"syscall"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// limited runs this test again where the kernel allows so many inotify
// instances or watches. It reports whether this is there.
func limited(t *testing.T, setting, value string) bool {
	t.Helper()
	return unshared(t, "-Ur", "echo "+value+" > /proc/sys/user/"+setting)
}

// fewDescriptors runs this test again with at most 64 open files.
func fewDescriptors(t *testing.T) bool {
	t.Helper()
	return elsewhere(t, func(exe string, args ...string) *exec.Cmd {
		return exec.Command("sh", append([]string{"-c", `ulimit -n 64 && exec "$0" "$@"`, exe}, args...)...)
	})
}

// hog takes all descriptors but some spare ones and returns how to give them
// back.
func hog(t *testing.T, spare int) (release func()) {
	t.Helper()
	var taken []*os.File
	for {
		f, err := os.Open(os.DevNull)
		if errors.Is(err, syscall.EMFILE) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		taken = append(taken, f)
	}
	release = func() {
		for _, f := range taken {
			f.Close()
		}
		taken = nil
	}
	t.Cleanup(release)
	for _, f := range taken[:spare] {
		f.Close()
	}
	return release
}

func TestNoInotifyInstanceLeft(t *testing.T) {
	aboutEvents(t)
	if limited(t, "max_inotify_instances", "0") {
		pollsByItself(t, "growth", "rotation", "deletion", "truncation", "absence")
	}
}

func TestNoInotifyWatchLeft(t *testing.T) {
	aboutEvents(t)
	if limited(t, "max_inotify_watches", "0") {
		pollsByItself(t, "growth", "rotation", "deletion", "truncation", "absence")
	}
}

// TestNoInotifyWatchLeftForTheNewFile after the first had one.
func TestNoInotifyWatchLeftForTheNewFile(t *testing.T) {
	aboutEvents(t)
	if limited(t, "max_inotify_watches", "1") {
		pollsByItself(t, "rotation")
	}
}

// pollsByItself goes through situations in which the kernel refuses a watch.
func pollsByItself(t *testing.T, names ...string) {
	for _, situation := range names {
		t.Run(situation, func(t *testing.T) {
			path, cfg, log := logInFolder(t), following(tail.Config{}), newRecorder(t)
			cfg.Logger, cfg.GracePeriod = log, time.Minute // the old file keeps the watch that it has
			o, r := ranging(t, path, cfg)
			o.want("one")
			situations[situation](t, path, o)
			log.await("polling " + path)
			if n := log.count("polling " + path); n != 1 || !r.Stats().Polling {
				t.Errorf("the fallback was told %d times, want once; Stats: %+v", n, r.Stats())
			}
		})
	}
}

func TestNoDescriptorLeftForTheWatcher(t *testing.T) {
	aboutEvents(t)
	if !fewDescriptors(t) {
		return
	}
	path, cfg, log := logFile(t, "one\n"), following(tail.Config{}), newRecorder(t)
	cfg.Logger = log
	w, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	hog(t, 1) // for the log
	o, r := ranging(t, path, cfg)
	o.want("one")
	for _, line := range numbered(1, 3) {
		if _, err := w.WriteString(line + "\n"); err != nil {
			t.Fatal(err)
		}
		o.want(line)
		log.await("polling " + path)
	}
	if log.count("polling ") != 1 || !r.Stats().Polling {
		t.Error("the fallback to polling was not told, or more than once")
	}
}

// TestNoDescriptorLeftForTheNewFile: it waits until there is one again, and then
// nothing of all that was rotated meanwhile is missing.
func TestNoDescriptorLeftForTheNewFile(t *testing.T) {
	if !fewDescriptors(t) {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path, log := logFile(t, "one\n"), newRecorder(t)
		cfg.Logger = log
		lines := numbered(1, 4)
		for _, line := range lines {
			write(t, path+"."+line, line+"\n") // none can be made later
		}
		o := follow(t, path, following(cfg))
		o.want("one")
		release := hog(t, 0)
		for i, line := range lines {
			for n := i; n > 0; n-- {
				rename(t, fmt.Sprintf("%s.%d", path, n), fmt.Sprintf("%s.%d", path, n+1))
			}
			rename(t, path, path+".1")
			rename(t, path+"."+line, path)
			log.await(syscall.EMFILE.Error())
		}
		release()
		o.want(lines...)
	})
}
