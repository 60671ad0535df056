// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// Where a file of "line 1" to "line 3", of seven bytes each, is begun.
func TestLocation(t *testing.T) {
	const size = 21
	for name, row := range map[string]struct {
		location *tail.SeekInfo
		want     []string
	}{
		"none":                  {nil, []string{"line 1", "line 2", "line 3"}},
		"zero":                  {&tail.SeekInfo{}, []string{"line 1", "line 2", "line 3"}},
		"start":                 {&tail.SeekInfo{Offset: 7, Whence: io.SeekStart}, []string{"line 2", "line 3"}},
		"start, within a line":  {&tail.SeekInfo{Offset: 9, Whence: io.SeekStart}, []string{"ne 2", "line 3"}},
		"start, at the end":     {&tail.SeekInfo{Offset: size, Whence: io.SeekStart}, nil},
		"start, behind the end": {&tail.SeekInfo{Offset: size + 1, Whence: io.SeekStart}, []string{"line 1", "line 2", "line 3"}},
		"current":               {&tail.SeekInfo{Offset: 14, Whence: io.SeekCurrent}, []string{"line 3"}},
		"end":                   {&tail.SeekInfo{Whence: io.SeekEnd}, nil},
		"before the end":        {&tail.SeekInfo{Offset: -7, Whence: io.SeekEnd}, []string{"line 3"}},
		"before the beginning":  {&tail.SeekInfo{Offset: -size - 1, Whence: io.SeekEnd}, []string{"line 1", "line 2", "line 3"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				path := logFile(t, text(numbered(1, 3)))
				cfg.Location = row.location
				if got := read(t, newReader(t, path, cfg)); !slices.Equal(got, row.want) {
					t.Errorf("a Reader got %q, want %q", got, row.want)
				}
				tl := open(t, path, following(cfg))
				wantLines(t, tl, row.want...)
				appendTo(t, path, "new\n")
				wantLines(t, tl, "new")
			})
		})
	}
}

// A file that appears later is new as a whole.
func TestLocationIsNotForAFileThatAppears(t *testing.T) {
	for name, start := range map[string]tail.Config{
		"end":        {Location: &tail.SeekInfo{Whence: io.SeekEnd}},
		"start":      {Location: &tail.SeekInfo{Offset: 7}},
		"last lines": {LastLines: 1},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				cfg := polled(t)
				cfg.Location, cfg.LastLines = start.Location, start.LastLines
				path := filepath.Join(folder(t), "log")
				tl := open(t, path, cfg)
				synctest.Wait()
				write(t, path, text(numbered(1, 2)))
				wantLines(t, tl, numbered(1, 2)...)
				wantEnd(t, tl)
			})
		})
	}
}

// Location is for the first file alone.
func TestLocationIsNotForTheNextFile(t *testing.T) {
	for name, cfg := range map[string]tail.Config{
		"start":      {Location: &tail.SeekInfo{Offset: 7}},
		"end":        {Location: &tail.SeekInfo{Offset: -7, Whence: io.SeekEnd}},
		"last lines": {LastLines: 1},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, mode tail.Config) {
				leavesNothing(t)
				mode.Location, mode.LastLines = cfg.Location, cfg.LastLines
				path := logFile(t, text(numbered(1, 2)))
				tl := open(t, path, following(mode))
				wantLines(t, tl, "line 2")
				rename(t, path, path+".1")
				write(t, path, text(numbered(3, 6)))
				wantLines(t, tl, numbered(3, 6)...)
			})
		})
	}
}

func TestLastLines(t *testing.T) {
	long := strings.Repeat("x", 200_000)
	many := numbered(1, 50_000) // several blocks of 128 KiB
	for name, row := range map[string]struct {
		content string
		n       int
		want    []string
	}{
		"empty file":                 {"", 3, nil},
		"a single newline":           {"\n", 1, []string{""}},
		"empty lines":                {"\n\n\n", 2, []string{"", ""}},
		"none asked for":             {"a\nb\n", 0, []string{"a", "b"}},
		"the last":                   {"a\nb\n", 1, []string{"b"}},
		"as many as there are":       {"a\nb\n", 2, []string{"a", "b"}},
		"more than there are":        {"a\nb\n", 9, []string{"a", "b"}},
		"without newline":            {"a\nb\nc", 2, []string{"b", "c…"}},
		"without newline, the last":  {"a\nb\nc", 1, []string{"c…"}},
		"only one, without newline":  {"abc", 1, []string{"abc…"}},
		"a long line":                {"a\n" + long + "\nb\n", 2, []string{long, "b"}},
		"a long line, no newline":    {"a\n" + long, 1, []string{long + "…"}},
		"several blocks":             {text(many), 30_000, many[20_000:]},
		"all of several blocks":      {text(many), 50_000, many},
		"a newline between blocks":   {"a\n" + strings.Repeat("x", 128<<10-1) + "\n", 1, []string{strings.Repeat("x", 128<<10-1)}},
		"a newline beside the block": {"a\n" + strings.Repeat("x", 128<<10) + "\n", 1, []string{strings.Repeat("x", 128<<10)}},
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			path := logFile(t, row.content)
			if got := read(t, newReader(t, path, tail.Config{LastLines: row.n})); !slices.Equal(got, row.want) {
				t.Errorf("got %d lines %.99q, want %d: %.99q", len(got), got, len(row.want), row.want)
			}
		})
	}
}

func TestLastLinesThenWhatComes(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		cfg.LastLines = 2
		path := logFile(t, "a\nb\nc")
		o := follow(t, path, following(cfg))
		o.want("b")
		appendTo(t, path, "c\nd\n")
		o.want("cc", "d")
	})
}

func TestMustExist(t *testing.T) {
	for _, follows := range []bool{true, false} {
		t.Run(fmt.Sprintf("follow %v", follows), func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				cfg.MustExist, cfg.Follow, cfg.ReOpen = true, follows, follows
				path := filepath.Join(folder(t), "log")
				// Callers of nxadm/tail ask os.IsNotExist, which looks into no wrapped error.
				if _, err := tail.Open(path, cfg); !errors.Is(err, fs.ErrNotExist) || !os.IsNotExist(err) {
					t.Errorf("the error is %v", err)
				}
				write(t, path, "one\n")
				tl := open(t, path, cfg)
				wantLines(t, tl, "one")
			})
		})
	}
}

// MustExist is for the start: a file that goes away later is waited for.
func TestMustExistIsForTheStart(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		cfg.MustExist = true
		path := logFile(t, "one\n")
		tl := open(t, path, following(cfg))
		wantLines(t, tl, "one")
		remove(t, path)
		write(t, path, "two\n")
		wantLines(t, tl, "two")
	})
}
