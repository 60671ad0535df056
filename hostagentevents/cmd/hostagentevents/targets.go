// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
)

// targets are the instances to be followed.
type targets struct {
	home  string   // Lima's
	named []string // folders of instances; none for all in home
}

// present returns the folders that are there now.
func (t targets) present() (dirs []string) {
	if len(t.named) > 0 {
		for _, dir := range t.named {
			if info, err := os.Stat(dir); err == nil && info.IsDir() {
				dirs = append(dirs, dir)
			}
		}
		return dirs
	}
	entries, _ := os.ReadDir(t.home) // a home that is not there has no instances
	for _, entry := range entries {
		if dir := filepath.Join(t.home, entry.Name()); isInstance(dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// isInstance tells instances from what else is in Lima's home.
func isInstance(dir string) bool {
	if strings.HasPrefix(filepath.Base(dir), ".") || strings.HasPrefix(filepath.Base(dir), "_") {
		return false
	}
	_, err := os.Stat(filepath.Join(dir, "lima.yaml"))
	return err == nil
}

// hindrance is what keeps a folder from being looked into, in parentheses; empty
// where it only is not there.
func hindrance(dir string) string {
	if _, err := os.ReadDir(dir); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Sprintf(" (%v)", err)
	}
	return ""
}
