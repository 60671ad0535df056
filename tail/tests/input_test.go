// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io"
	"io/fs"
	"math"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// refuses fails the test unless every entry point returns an error for path
// and cfg that names each of the given things and carries the package's name
// once, at its beginning. It returns one of the errors.
func refuses(t *testing.T, path string, cfg tail.Config, names ...string) error {
	t.Helper()
	_, err := tail.NewReader(path, cfg)
	wantError(t, "NewReader", err, names)
	_, err = tail.Open(path, cfg)
	wantError(t, "Open", err, names)
	_, err = tail.TailFile(path, cfg)
	wantError(t, "TailFile", err, names)
	g := newGroup(t, cfg)
	wantError(t, "Group.Add", g.Add(path, cfg), names)
	return err
}

func wantError(t *testing.T, from string, err error, names []string) {
	t.Helper()
	if err == nil {
		t.Fatalf("%s returns no error", from)
	}
	if text := err.Error(); !strings.HasPrefix(text, "tail: ") || strings.Count(text, "tail: ") != 1 {
		t.Errorf("%s: %q does not carry the package's name once", from, err)
	}
	for _, name := range names {
		if !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %q does not name %s", from, err, name)
		}
	}
}

// Settings that cannot be meant. The file is there and would be read else.
func TestWrongSettings(t *testing.T) {
	for name, row := range map[string]struct {
		cfg   tail.Config
		names []string
	}{
		"ReOpen without Follow":       {tail.Config{ReOpen: true}, []string{"ReOpen", "Follow"}},
		"ReOpen of a pipe":            {tail.Config{ReOpen: true, Follow: true, Pipe: true}, []string{"ReOpen", "Pipe"}},
		"negative MaxLineSize":        {tail.Config{MaxLineSize: -1}, []string{"MaxLineSize", "-1"}},
		"negative LastLines":          {tail.Config{LastLines: -7}, []string{"LastLines", "-7"}},
		"negative PollInterval":       {tail.Config{PollInterval: -time.Second}, []string{"PollInterval", "-1s"}},
		"negative Location":           {tail.Config{Location: &tail.SeekInfo{Offset: -5}}, []string{"Location", "-5"}},
		"negative Location, current":  {tail.Config{Location: &tail.SeekInfo{Offset: -5, Whence: io.SeekCurrent}}, []string{"Location", "-5"}},
		"smallest Location":           {tail.Config{Location: &tail.SeekInfo{Offset: math.MinInt64}}, []string{"Location"}},
		"Location behind the end":     {tail.Config{Location: &tail.SeekInfo{Offset: 5, Whence: io.SeekEnd}}, []string{"Location", "5"}},
		"unknown Whence":              {tail.Config{Location: &tail.SeekInfo{Whence: 3}}, []string{"Whence", "3", "io.SeekEnd"}},
		"negative Whence":             {tail.Config{Location: &tail.SeekInfo{Whence: -1}}, []string{"Whence", "-1"}},
		"LastLines with Location":     {tail.Config{LastLines: 1, Location: &tail.SeekInfo{}}, []string{"LastLines", "Location"}},
		"MaxLineSize beyond 31 bits":  {tail.Config{MaxLineSize: math.MaxInt32 + 1}, []string{"MaxLineSize", "2147483648"}},
		"smallest of all MaxLineSize": {tail.Config{MaxLineSize: math.MinInt}, []string{"MaxLineSize"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, mode tail.Config) {
				leavesNothing(t)
				if row.cfg.PollInterval == 0 {
					row.cfg.Poll, row.cfg.PollInterval = mode.Poll, mode.PollInterval
				}
				path := logFile(t, "one\n")
				_ = refuses(t, path, row.cfg, append(row.names, path)...)
			})
		})
	}
}

// A negative grace period is none, not an error.
func TestNegativeGracePeriod(t *testing.T) {
	leavesNothing(t)
	r := newReader(t, logFile(t, "one\n"), tail.Config{GracePeriod: -1})
	if got := read(t, r); len(got) != 1 {
		t.Errorf("got %q", got)
	}
}

// Names that can never be followed are errors also where a file that is
// missing would be waited for.
func TestWrongNames(t *testing.T) {
	for name, row := range map[string]struct {
		path  func(dir string) string
		names string
	}{
		"directory":        {func(dir string) string { return dir }, "directory"},
		"with a NUL byte":  {func(dir string) string { return filepath.Join(dir, "a\x00b") }, "invalid"},
		"a name too long":  {func(dir string) string { return filepath.Join(dir, strings.Repeat("x", 300)) }, "x"},
		"only a separator": {func(string) string { return string(filepath.Separator) }, "directory"},
	} {
		t.Run(name, func(t *testing.T) {
			if name == "a name too long" {
				skipWine(t, "such a name is taken for that of a missing file")
			}
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				path := row.path(folder(t))
				_ = refuses(t, path, following(cfg), path, row.names)
				_ = refuses(t, path, cfg, path, row.names)
				for _, follow := range []bool{true, false} {
					wantError(t, "Stream", tail.Stream(t.Context(), t.Output(), path, follow), []string{path, row.names})
				}
			})
		})
	}
}

func TestEmptyName(t *testing.T) {
	leavesNothing(t)
	_ = refuses(t, "", tail.Config{}, `""`, "name", "empty")
	wantError(t, "Stream", tail.Stream(t.Context(), t.Output(), "", true), []string{`""`})
}

// Without ReOpen a name that leads nowhere is an error at once, not only where
// the last part is missing.
func TestNamesThatLeadNowhere(t *testing.T) {
	leavesNothing(t)
	path := filepath.Join(logFile(t, "one\n"), "log")
	if runtime.GOOS == "windows" { // which says that the path does not exist
		err := refuses(t, path, tail.Config{MustExist: true}, path)
		if !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("the error is %v", err)
		}
		return
	}
	_ = refuses(t, path, tail.Config{}, path, "not a directory")
}

func TestMissingFileThatMustExist(t *testing.T) {
	leavesNothing(t)
	path := filepath.Join(folder(t), "log")
	if err := refuses(t, path, tail.Config{MustExist: true, Follow: true, ReOpen: true}, path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("the error is %v, want fs.ErrNotExist", err)
	}
}

// What was refused once can be followed once it is right.
func TestRefusedAndThenAccepted(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := folder(t)
		_ = refuses(t, path, following(cfg), path)
		remove(t, path)
		write(t, path, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
	})
}
