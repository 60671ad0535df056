// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

// FileChanges tells of changes to a file. Each channel holds one notice, so that
// nobody waits for a consumer; none is ever closed.
type FileChanges struct {
	// Modified is told when the file has grown or been written to.
	Modified chan bool
	// Truncated is told when the file has become shorter.
	Truncated chan bool
	// Deleted is told when the name stands for the file no more. It is the
	// last notice.
	Deleted chan bool
}

// NewFileChanges returns a FileChanges without a notice in it.
func NewFileChanges() *FileChanges {
	return &FileChanges{Modified: make(chan bool, 1), Truncated: make(chan bool, 1), Deleted: make(chan bool, 1)}
}

// NotifyModified puts a notice into Modified unless there is one.
func (fc *FileChanges) NotifyModified() { notify(fc.Modified) }

// NotifyTruncated puts a notice into Truncated unless there is one.
func (fc *FileChanges) NotifyTruncated() { notify(fc.Truncated) }

// NotifyDeleted puts a notice into Deleted unless there is one.
func (fc *FileChanges) NotifyDeleted() { notify(fc.Deleted) }

func notify(c chan bool) {
	select {
	case c <- true:
	default:
	}
}
