// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestPipe(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		path := filepath.Join(folder(t), "pipe")
		must(t, syscall.Mkfifo(path, 0o600))
		tl := open(t, m, path, tail.Config{Follow: true, Pipe: true})
		writer, err := os.OpenFile(path, os.O_WRONLY, 0)
		must(t, err)
		defer writer.Close()
		_, err = writer.WriteString("one\n")
		must(t, err)
		wantLines(t, tl, "one")
	})
}
