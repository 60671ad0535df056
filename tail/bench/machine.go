// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"os/exec"
	"regexp"
	"runtime"
	"runtime/debug"
	"strings"
)

// machine says what the figures were taken on and of what.
func machine() string {
	return fmt.Sprintf("%s, %d CPUs, %s, %s/%s, %s, commit %s%s",
		processor(), runtime.NumCPU(), system(), runtime.GOOS, runtime.GOARCH, runtime.Version(), commit(), peers())
}

const unknown = "unknown"

// firstMatch is the first group of a pattern in a file.
func firstMatch(path, pattern string) string {
	content, _ := os.ReadFile(path) // a file that is not there matches nothing
	if m := regexp.MustCompile(pattern).FindSubmatch(content); m != nil {
		return string(m[1])
	}
	return unknown
}

func processor() string { return firstMatch("/proc/cpuinfo", `(?m)^model name\s*: (.*)$`) }

func system() string {
	return firstMatch("/etc/os-release", `(?m)^PRETTY_NAME="?([^"\n]*)`) + ", kernel " + firstMatch("/proc/sys/kernel/osrelease", `(\S+)`)
}

// commit is what is checked out. Files that this program makes do not change
// it, and are not what "dirty" is about.
func commit() string {
	git := func(args ...string) (string, error) {
		out, err := exec.Command("git", append([]string{"-c", "safe.directory=*"}, args...)...).Output()
		return strings.TrimSpace(string(out)), err
	}
	hash, err := git("rev-parse", "--short=12", "HEAD")
	if err != nil {
		return unknown
	}
	if changes, _ := git("status", "--porcelain", "--untracked-files=no", "--", "..", ":(exclude)RESULTS.md", ":(exclude)pictures"); changes != "" {
		hash += " with changes"
	}
	return hash
}

// peers are the versions of the other libraries.
func peers() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	var list strings.Builder
	for _, dep := range info.Deps {
		if path := strings.TrimPrefix(dep.Path, "github.com/"); strings.HasSuffix(path, "/tail") && dep.Replace == nil {
			fmt.Fprintf(&list, ", %s %s", path, dep.Version)
		}
	}
	return list.String()
}
