// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"log"
	"path/filepath"
	"reflect"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// TestGroupFilesShareBuffers: files that are read to their end one after another
// do not take a buffer, of 128 KiB, each.
func TestGroupFilesShareBuffers(t *testing.T) {
	const files, most = 200, 64 << 10 // with the race detector a pool forgets one in four
	content := strings.Repeat(strings.Repeat("x", 99)+"\n", 1000)
	paths := logFiles(t, files)
	for _, path := range paths {
		write(t, path, content)
	}
	g := newGroup(t, tail.Config{}, paths...)
	g.Finish()
	before := allocated()
	bytes := 0
	for item, err := range g.Lines(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		bytes += len(item.Line) + 1
	}
	if per := (allocated() - before) / files; per > most || bytes != files*len(content) {
		t.Errorf("%d bytes came of %d; %d were allocated for a file, want %d at most", bytes, files*len(content), per, most)
	}
}

// allocated is the number of bytes that have been allocated so far.
func allocated() uint64 {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.TotalAlloc
}

// incomparable is a logger that panics where it is compared.
type incomparable struct {
	*log.Logger
	_ []int
}

// pours is a rate limiter like that.
type pours []int

func (pours) Pour(uint16) bool { return true }

// TestGroupSharesSettings: the files of a Group that are followed alike share
// their settings, of which two may be what cannot be compared.
func TestGroupSharesSettings(t *testing.T) {
	var open []string
	for _, field := range reflect.VisibleFields(reflect.TypeFor[tail.Config]()) {
		if field.Type.Kind() == reflect.Interface {
			open = append(open, field.Name)
		}
	}
	if want := []string{"RateLimiter", "Logger"}; !slices.Equal(open, want) {
		t.Errorf("the settings %q may be what cannot be compared; a Group asks %q", open, want)
	}
	for name, cfg := range map[string]tail.Config{
		"Logger":      {Logger: incomparable{Logger: tail.DiscardingLogger}},
		"RateLimiter": {RateLimiter: pours{}},
	} {
		t.Run(name, func(t *testing.T) {
			g := newGroup(t, cfg, logFiles(t, 3)...)
			g.Finish()
			if got := rangeOver(t, g, always); len(got) != 3 {
				t.Errorf("got %q, want a line of each file", got)
			}
		})
	}
}

// TestGroupBeginsEachFileWhereAsked, whatever was asked for the file before it.
func TestGroupBeginsEachFileWhereAsked(t *testing.T) {
	g := newGroup(t, tail.Config{})
	dir := folder(t)
	starts := []tail.Config{
		{},
		{LastLines: 1},
		{Location: &tail.SeekInfo{Offset: 2}},
		{},
		{},
		{Location: &tail.SeekInfo{Offset: 4}},
		{LastLines: 2},
		{LastLines: 2},
		{},
	}
	for i, cfg := range starts {
		path := filepath.Join(dir, fmt.Sprint(i))
		write(t, path, "1\n2\n3\n")
		add(t, g, path, cfg)
	}
	g.Finish()
	lines := make([]string, len(starts))
	rangeOver(t, g, func(got string) bool {
		file, line, _ := strings.Cut(got, ": ")
		i, err := strconv.Atoi(file)
		must(t, err)
		lines[i] += line
		return true
	})
	want := []string{"123", "3", "23", "123", "123", "3", "23", "23", "123"}
	if !slices.Equal(lines, want) {
		t.Errorf("got %q, want %q", lines, want)
	}
}
