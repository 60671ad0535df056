// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package files writes small files whole or not at all, and removes sockets that
// are in the way, and nothing else.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Write makes the file at path hold text, readable by its owner alone. On an
// error, as on a full disk, the file is what it was before. A link at path is
// replaced, not followed.
func Write(path string, text []byte) error {
	file, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".new*") // mode 0600
	if err != nil {
		return err
	}
	_, err = file.Write(text)
	if err == nil {
		err = file.Sync() // or a crash of the machine may leave the name without the text
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = os.Rename(file.Name(), path)
	}
	if err != nil {
		_ = os.Remove(file.Name())
	}
	return err
}

// RemoveSocket removes the Unix socket at path, left by a process that was
// killed, if there is one. It is an error if anything else is there, a link
// included.
func RemoveSocket(path string) error {
	info, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil
	case err != nil:
		return err
	case info.Mode().Type() != fs.ModeSocket:
		return fmt.Errorf("%s: in the way of a socket, and is none", path)
	}
	return os.Remove(path)
}
