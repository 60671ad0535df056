// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package files writes small files whole or not at all.
package files

import (
	"errors"
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
