// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package fileid

import (
	"io/fs"
	"sync/atomic"
)

// Op is an operation of this package.
type Op string

// The operations.
const (
	OpOpen   Op = "open"
	OpPath   Op = "stat"    // Path, PathItself
	OpHandle Op = "fstat"   // Handle
	OpRead   Op = "read"    // ReadAt, ReadFull
	OpList   Op = "readdir" // List
)

// Seam lets a test decide what the operations meet. What is nil changes
// nothing.
type Seam struct {
	// Fail returns the cause of the failure of an operation on the file of that
	// name, or nil.
	Fail func(op Op, name string) error
	// Most is how many of n bytes, which are not 0, a read may bring.
	Most func(name string, n int) int
	// Brought may change what a read has brought.
	Brought func(name string, b []byte)
}

var seam atomic.Pointer[Seam]

// Use puts a test between this package and the system; nil ends that.
func Use(s *Seam) { seam.Store(s) }

func fail(op Op, name string) error {
	s := seam.Load()
	if s == nil || s.Fail == nil {
		return nil
	}
	if err := s.Fail(op, name); err != nil {
		return &fs.PathError{Op: string(op), Path: name, Err: err}
	}
	return nil
}

func shorter(b []byte, name string) []byte {
	if s := seam.Load(); s != nil && s.Most != nil && len(b) > 0 {
		return b[:s.Most(name, len(b))]
	}
	return b
}

func brought(b []byte, name string) {
	if s := seam.Load(); s != nil && s.Brought != nil {
		s.Brought(name, b)
	}
}
