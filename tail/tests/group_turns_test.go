// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// Files of the same size come evenly: none is ever ahead by more than what is
// read at a time.
func TestGroupFilesTakeTurns(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 3)
	for _, path := range paths {
		write(t, path, strings.Repeat(strings.Repeat("x", 99)+"\n", 20_000))
	}
	g := newGroup(t, tail.Config{}, paths...)
	g.Finish()
	ends := map[string]int64{}
	for _, path := range paths {
		ends[path] = 0
	}
	for item := range g.Lines(t.Context()) {
		ends[item.File.Path] = item.End
		for _, end := range ends {
			if ahead := item.End - end; ahead > 256<<10 {
				t.Fatalf("%s is %d bytes ahead of another", item.File.Path, ahead)
			}
		}
	}
	for path, end := range ends {
		if end != 2_000_000 {
			t.Errorf("%s came up to %d", path, end)
		}
	}
}

// A file whose every line brings another one does not keep a quiet file from
// being heard.
func TestGroupFloodDoesNotStarveOthers(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		paths := logFiles(t, 2)
		flood, err := os.OpenFile(paths[0], os.O_APPEND|os.O_WRONLY, 0)
		if err != nil {
			t.Fatal(err)
		}
		defer flood.Close()
		write(t, paths[0], text(numbered(1, 1000)))
		cfg.Logger = nil
		g := newGroup(t, following(cfg), paths...)
		n := 0
		rangeOver(t, g, func(got string) bool {
			if strings.HasPrefix(got, "log0") {
				n++
				fmt.Fprintf(flood, "flood %d\n", n)
			}
			if n == 5000 {
				appendTo(t, paths[1], "heard\n")
			}
			return got != "log1: heard"
		})
	})
}
