// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
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

// TestFileThatAnotherHasForHimself is waited for, as one that is missing.
func TestFileThatAnotherHasForHimself(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		name, err := syscall.UTF16PtrFromString(path)
		must(t, err)
		h, err := syscall.CreateFile(name, syscall.GENERIC_WRITE, 0, nil, syscall.OPEN_EXISTING, 0, 0)
		must(t, err)
		o := follow(t, path, following(cfg))
		must(t, syscall.CloseHandle(h))
		o.want("one")
	})
}

// TestTimeLags: Windows may change a file's time only when its writer closes it.
func TestTimeLags(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		old := time.Now().Add(-time.Hour)
		must(t, os.Chtimes(path, old, old))
		tl := open(t, path, following(polled(t)))
		wantLines(t, tl, "one")
		wantNone(t, tl, 10*time.Second)
		write(t, path, "two\n")
		must(t, os.Chtimes(path, old, old))
		wantLines(t, tl, "two")
	})
}

// TestReadIsOneCall: what a second call brings may be of other content than the
// first.
func TestReadIsOneCall(t *testing.T) {
	path := logFile(t, "")
	repeat(t, func() {
		write(t, path, strings.Repeat("a", 1000))
		write(t, path, strings.Repeat("b", 3000))
	})
	f := openFile(t, path)
	b := make([]byte, 1<<14)
	for range 20_000 {
		n, err := fileid.ReadAt(f.File, b, 0)
		must(t, err)
		if got := b[:n]; bytes.Contains(got, []byte("ab")) {
			t.Fatalf("%d bytes of two files", n)
		}
	}
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
