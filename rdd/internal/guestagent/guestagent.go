// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package guestagent holds the binary of Lima's guest agent for Linux virtual
// machines, in programs that are built with the tag embed_guestagent.
//
// The binary is no part of the repository. "go generate" in this folder makes
// it, for the architecture of GOARCH; a build with the tag and without the
// binary fails.
package guestagent

//go:generate go run ./gen

import (
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
)

// ErrNotBuiltIn means that this program has no guest agent for an architecture.
// Lima then looks in share/lima beside the program's folder.
var ErrNotBuiltIn = errors.New("guestagent: not built in")

// Write leaves the agent for arch, as Lima names architectures, in dir. It
// returns the path, which ends in .gz: Lima unpacks it.
func Write(dir, arch string) (string, error) {
	return write(embedded, dir, arch)
}

func write(from fs.FS, dir, arch string) (string, error) {
	name := FileName(arch)
	binary, err := fs.ReadFile(from, "bin/"+name)
	if errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%w for %s", ErrNotBuiltIn, arch)
	}
	if err != nil {
		return "", err
	}
	path := filepath.Join(dir, name)
	return path, files.Write(path, binary)
}

// FileName is what Lima calls the agent's binary for arch.
func FileName(arch string) string { return "lima-guestagent.Linux-" + arch + ".gz" }
