// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

// afterFault is what is written once the fault is there, or over.
var afterFault = writing{plan: logwriter.Plan{Lines: 50}}

func faultRows() []row {
	limits := faultRow("no inotify instance left", playWithoutInotify)
	limits.command = withoutInotify
	limits.without = noNamespaces()
	return []row{
		limits,
		faultRow("a parent becomes a file, then a folder", playParent),
	}
}

func faultRow(situation string, play func(contestant, string) (result, error)) row {
	return row{
		situation: situation, counts: []string{"lost", "doubled", "torn"}, of: " of 50",
		must: "0 / 0 / 0", met: zero("lost", "doubled", "torn"), play: play,
	}
}

// withoutInotify starts exe where the kernel gives nobody an inotify instance.
func withoutInotify(exe, _ string) (*exec.Cmd, error) {
	const script = `echo 0 >/proc/sys/user/max_inotify_instances && exec "$0"`
	return exec.Command("unshare", "-Ur", "sh", "-c", script, exe), nil
}

// noNamespaces says why a process cannot have limits of its own.
func noNamespaces() string {
	if runtime.GOOS != "linux" {
		return "needs Linux"
	}
	if exec.Command("unshare", "-Ur", "true").Run() != nil {
		return "needs user namespaces"
	}
	return ""
}

func playWithoutInotify(c contestant, dir string) (result, error) {
	return afterFault.play(c, dir)
}

// playParent takes the log's folder away, puts a file in its place, and then a
// folder with a log again.
func playParent(c contestant, dir string) (result, error) {
	parent := filepath.Join(dir, "parent")
	path := filepath.Join(parent, "log")
	if err := os.Mkdir(parent, 0o700); err != nil {
		return result{}, err
	}
	f, err := c.follow(path, options{})
	if err != nil {
		return result{}, err
	}
	err = errors.Join(os.RemoveAll(parent), os.WriteFile(parent, nil, 0o600))
	time.Sleep(time.Second) // for the contestant to meet it
	if err = errors.Join(err, os.Remove(parent), os.Mkdir(parent, 0o700)); err != nil {
		return result{}, err
	}
	t, err := afterFault.drain(f, path)
	if err != nil {
		return result{}, err
	}
	return t.result(c), nil
}
