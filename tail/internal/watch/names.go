// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// perFile: the system watches single files. On Windows it watches folders, and
// each addition or removal in one that is watched already risks an error of
// fsnotify's, so there a folder is watched once and kept until the hub stops.
const (
	perFile  = runtime.GOOS != "windows"
	keepDirs = !perFile
)

// ByHandle says that a watch follows the open file itself, wherever it is
// renamed to.
const ByHandle = runtime.GOOS == "linux"

// fileNames are the names to try for a watch of f, best first. Through /proc
// the kernel is given the open file itself, not whatever has the path by now.
func fileNames(f *os.File, path string, id fileid.ID) []string {
	if !ByHandle {
		return []string{path}
	}
	names := []string{"/proc/self/fd/" + strconv.FormatUint(uint64(f.Fd()), 10)}
	if info, err := fileid.Path(path); err == nil && info.ID == id {
		names = append(names, path) // where /proc cannot be reached
	}
	return names
}

// split cuts a name into folder and base without cleaning either.
func split(name string) (dir, base string) {
	i := strings.LastIndexByte(name, os.PathSeparator)
	if i < 0 {
		return ".", name
	}
	if i == len(filepath.VolumeName(name)) {
		return name[:i+1], name[i+1:]
	}
	return name[:i], name[i+1:]
}

// foldCase makes names comparable where the file system ignores case.
func foldCase(name string) string {
	if runtime.GOOS == "windows" {
		return strings.ToLower(name)
	}
	return name
}
