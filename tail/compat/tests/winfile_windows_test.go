// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"io"
	"os"
	"path/filepath"
	"syscall"
	"testing"

	hpcloud "github.com/hpcloud/tail/winfile"
	nxadm "github.com/nxadm/tail/winfile"
)

func TestFilesAreShared(t *testing.T) {
	for _, openFile := range []func(string, int, os.FileMode) (*os.File, error){nxadm.OpenFile, hpcloud.OpenFile} {
		path := filepath.Join(folder(t), "log")
		f, err := openFile(path, os.O_CREATE|os.O_EXCL|os.O_RDWR, 0o600)
		must(t, err)
		_, err = f.WriteString("one\n")
		must(t, err)
		must(t, os.Rename(path, path+".1"))
		_, err = f.Seek(0, io.SeekStart)
		must(t, err)
		if data, err := io.ReadAll(f); string(data) != "one\n" || err != nil {
			t.Errorf("read %q, %v", data, err)
		}
		must(t, f.Close())
		if _, err := openFile(path, os.O_RDONLY, 0); !os.IsNotExist(err) {
			t.Errorf("the file that was renamed: %v", err)
		}
	}
}

func TestHandles(t *testing.T) {
	path := logFile(t, "one\n")
	handle, err := nxadm.Open(path, syscall.O_RDONLY, 0)
	must(t, err)
	must(t, syscall.CloseHandle(handle))
	if _, err := hpcloud.Open("", syscall.O_RDONLY, 0); err == nil {
		t.Error("a file without a name is opened")
	}
}
