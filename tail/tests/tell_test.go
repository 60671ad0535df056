// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"io"
	"slices"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// tell is Tell without its error, which is always nil.
func tell(t *testing.T, tl *tail.Tail) int64 {
	t.Helper()
	off, err := tl.Tell()
	if err != nil {
		t.Error(err)
	}
	return off
}

// It is the race detector that judges here, beside the order of the values.
func TestTellWhileReading(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		content := text(numbered(1, 10_000))
		tl := open(t, logFile(t, content), following(cfg))
		var last int64
		stop := repeat(t, func() {
			off, _ := tl.Tell()
			if off < last || off > int64(len(content)) {
				t.Errorf("Tell says %d after %d", off, last)
			}
			last = off
		})
		wantLines(t, tl, numbered(1, 10_000)...)
		tl.Stop()
		stop()
		if off := tell(t, tl); off != int64(len(content)) {
			t.Errorf("Tell says %d at the end of %d bytes", off, len(content))
		}
	})
}

// A Tail that is stopped after a line, and opened again where Tell says,
// loses nothing and doubles nothing.
func TestTellAfterStopResumes(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		want := numbered(1, 200)
		path := logFile(t, text(want))
		var got []string
		for n := 0; len(got) < len(want); n++ {
			tl := open(t, path, following(cfg))
			for range min(1+n%3, len(want)-len(got)) {
				got = append(got, nextLine(t, tl).Text)
			}
			tl.Stop()
			cfg.Location = &tail.SeekInfo{Offset: tell(t, tl)}
		}
		if !slices.Equal(got, want) {
			t.Errorf("got %d lines that differ from the %d written", len(got), len(want))
		}
	})
}

// The same with lines that stop in the middle of a StopAtEOF.
func TestTellAfterStopWithinStopAtEOFResumes(t *testing.T) {
	leavesNothing(t)
	want := numbered(1, 100)
	path := logFile(t, text(want))
	tl := stopAtEOF(t, path, tail.Config{Follow: true})
	wantLines(t, tl, want[:50]...)
	tl.Stop()
	tl = open(t, path, tail.Config{Location: &tail.SeekInfo{Offset: tell(t, tl)}})
	wantLines(t, tl, want[50:]...)
	wantEnd(t, tl)
}

// SeekInfo of a line says the same as Tell, and for every line.
func TestSeekInfoResumes(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		want := numbered(1, 50)
		path := logFile(t, text(want))
		all := open(t, path, following(cfg))
		for i := range want {
			at := nextLine(t, all).SeekInfo
			cfg.Location = &at
			r := newReader(t, path, tail.Config{Location: &at})
			if got := read(t, r); !slices.Equal(got, want[i+1:]) {
				t.Errorf("behind line %d come %d lines, want %d", i+1, len(got), len(want)-i-1)
			}
		}
	})
}

func TestEndOfAnItemResumes(t *testing.T) {
	leavesNothing(t)
	content := "one\r\n\n\xff\x00\n" + "dé\nlast"
	path := logFile(t, content)
	var starts, ends []int64
	r := newReader(t, path, tail.Config{})
	for item := range r.Lines(t.Context()) {
		starts, ends = append(starts, item.Offset), append(ends, item.End)
	}
	if want := []int64{0, 5, 6, 9, 13}; !slices.Equal(starts, want) {
		t.Errorf("the lines start at %d, want %d", starts, want)
	}
	for _, end := range ends {
		tl := open(t, path, tail.Config{Location: &tail.SeekInfo{Offset: end, Whence: io.SeekStart}})
		got := texts(t, tl)
		if want := lastly(content[end:]); !slices.Equal(got, want) {
			t.Errorf("from %d come %q, want %q", end, got, want)
		}
	}
}

// lastly is split for what may be empty.
func lastly(content string) []string {
	if content == "" {
		return nil
	}
	return split(content)
}

func TestTellFromManyGoroutines(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, "one\n"), tail.Config{})
	wantLines(t, tl, "one")
	wantEnd(t, tl)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			if off, _ := tl.Tell(); off != 4 {
				t.Errorf("Tell says %d, want 4", off)
			}
		})
	}
	wg.Wait()
}

// Whoever has received a line is told the offset behind that line.
func TestTellCountsTheLineThatWasReceived(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		tl := open(t, logFile(t, text(numbered(1, 1000))), following(cfg))
		for range 1000 {
			l := nextLine(t, tl)
			if off := tell(t, tl); off != l.SeekInfo.Offset {
				t.Fatalf("Tell says %d after the line that ends at %d", off, l.SeekInfo.Offset)
			}
		}
	})
}

// Before the first line it is the place of the start: a Tail that is opened
// there has missed nothing and repeats nothing.
func TestTellBeforeTheFirstLine(t *testing.T) {
	for name, row := range map[string]struct {
		cfg  tail.Config
		want int64
	}{
		"from the beginning":   {tail.Config{}, 0},
		"from an offset":       {tail.Config{Location: &tail.SeekInfo{Offset: 7}}, 7},
		"from the end":         {tail.Config{Location: &tail.SeekInfo{Whence: io.SeekEnd}}, 14},
		"with the last lines":  {tail.Config{LastLines: 1}, 7},
		"from behind the end":  {tail.Config{Location: &tail.SeekInfo{Offset: 100}}, 0},
		"counted from the end": {tail.Config{Location: &tail.SeekInfo{Offset: -3, Whence: io.SeekEnd}}, 11},
	} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			row.cfg.Follow = true
			tl := open(t, logFile(t, "line 1\nline 2\n"), row.cfg)
			if off := tell(t, tl); off != row.want {
				t.Errorf("Tell says %d, want %d", off, row.want)
			}
			tl.Stop()
			if off := tell(t, tl); off != row.want {
				t.Errorf("Tell says %d after Stop, want %d", off, row.want)
			}
		})
	}
}

// A Tail that is stopped before any line, too.
func TestTellResumesWithoutALine(t *testing.T) {
	leavesNothing(t)
	want := numbered(1, 20)
	path := logFile(t, text(want))
	cfg := tail.Config{Follow: true}
	var got []string
	for n := 0; len(got) < len(want); n++ {
		tl := open(t, path, cfg)
		if n%2 == 0 {
			got = append(got, nextLine(t, tl).Text)
		}
		tl.Stop()
		cfg.Location = &tail.SeekInfo{Offset: tell(t, tl)}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q", got)
	}
}
