// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build !linux

package fileid

import "os"

// File is a file that is open for reading.
type File = os.File

func of(f *os.File) *File { return f }

// OSFile is the os.File of a named pipe.
func OSFile(f *File) *os.File { return f }

func open(path string) (*File, error) { return openOS(path) }
