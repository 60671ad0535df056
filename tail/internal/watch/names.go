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

// Descriptors is the folder of this process's open files. A process that has
// changed its user may not look into it. It is a variable for tests.
var Descriptors = "/proc/self/fd"

// fileName is what a watch of f, opened as path, is asked for by. Through
// [Descriptors] the kernel is given the open file itself. Its path may mean
// another one at any time, so it is used only where nothing else can be, and a
// file that may not be watched is not tried again by its path.
func fileName(f *fileid.File, path string, id fileid.ID) string {
	if !ByHandle {
		return path
	}
	name := Descriptors + "/" + strconv.FormatUint(uint64(f.Fd()), 10)
	if _, err := os.Lstat(name); err == nil || FilesOnly() {
		return name
	}
	if info, err := fileid.Path(path); err == nil && info.ID == id {
		return path
	}
	return name
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

// FoldCase makes names comparable where the file system ignores case.
func FoldCase(name string) string {
	if runtime.GOOS == "windows" {
		return strings.ToLower(name)
	}
	return name
}
