// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestLongPaths(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(folder(t), longName, longName, "log")
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		o := follow(t, path, following(cfg))
		write(t, path, "one\n")
		o.want("one")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("two")
	})
}

func TestBothSlashes(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logInFolder(t)
		o := follow(t, strings.ReplaceAll(path, `\`, "/"), following(cfg))
		o.want("one")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("two")
	})
}

func TestNamesWithoutRegardToCase(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logInFolder(t)
		o := follow(t, strings.ToUpper(path), following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		o.want("two")
	})
}
