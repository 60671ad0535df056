// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"runtime"
	"runtime/debug"
	"strconv"
	"strings"
	"sync"
)

// FilesOnly reports whether this process must not watch folders, for the
// fsnotify that it is built with. It is a variable for tests, as a test binary
// does not know what it is built with.
var FilesOnly = sync.OnceValue(func() bool { return FilesOnlyWith(fsnotifyVersion()) })

// FilesOnlyWith reports the same for a version of fsnotify, "" for one that
// nobody knows. Before v1.9.0 inotify's reader read a map without a lock when a
// watched folder was deleted; where Add or Remove wrote that map at the same
// moment, the runtime ended the process. And a file that was watched by two
// names ended it when the second was removed. Neither comes of files that are
// open and watched by their descriptors alone.
func FilesOnlyWith(version string) bool {
	if runtime.GOOS != "linux" {
		return false
	}
	minor, _, _ := strings.Cut(strings.TrimPrefix(version, "v1."), ".")
	n, err := strconv.Atoi(minor)
	return err == nil && n < 9
}

func fsnotifyVersion() string {
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return ""
	}
	for _, dep := range info.Deps {
		if dep.Path != "github.com/fsnotify/fsnotify" {
			continue
		}
		if dep.Replace != nil {
			return dep.Replace.Version
		}
		return dep.Version
	}
	return ""
}
