// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// bufSize is how much the library reads at a time, overlap how much of what
// came before it reads again.
const (
	bufSize = 128 << 10
	overlap = 1 << 10
)

// contents are what may stand in a file. None of it is changed.
var contents = sync.OnceValue(func() map[string]string {
	c := map[string]string{
		"nothing":                  "",
		"only a newline":           "\n",
		"only empty lines":         "\n\n\n",
		"empty lines between":      "one\n\n\ntwo\n",
		"no newline at the end":    "one\ntwo",
		"no newline at all":        "one",
		"CRLF":                     "one\r\ntwo\r\n\r\n",
		"carriage returns":         "10%\r20%\rdone\n\r",
		"NUL bytes":                "\x00\n\x00one\x00\n\x00",
		"invalid UTF-8":            "\xff\xfe\n\xc3\n\xa9\n",
		"other line separators":    "a\u2028b\u0085c\vd\fe\n",
		"a byte order mark":        "\xef\xbb\xbfone\n",
		"a line of three MB":       "before\n" + line(3<<20) + "after\n",
		"three MB without newline": line(3 << 20)[:3<<20-1],
		"many short lines":         text(numbered(1, 20_000)),
		"a buffer of newlines":     strings.Repeat("\n", bufSize+1),
	}
	for _, size := range []int{overlap, bufSize / 2, bufSize - overlap, bufSize} {
		for _, n := range []int{size - 1, size, size + 1} {
			c[fmt.Sprintf("a line of %d bytes first", n)] = line(n) + "after\n"
			c[fmt.Sprintf("a line of %d bytes later", n)] = "before\n" + line(n) + line(n) + "after"
			c[fmt.Sprintf("%d bytes without newline", n)] = line(n + 1)[:n]
		}
	}
	return c
})

// line is a line of so many bytes, its newline included. No two of its places
// look alike.
func line(size int) string { return pattern()[:size-1] + "\n" }

var pattern = sync.OnceValue(func() string {
	var b []byte
	for i := 0; len(b) < 4<<20; i++ {
		b = append(strconv.AppendInt(b, int64(i), 16), ',')
	}
	return string(b)
})

// cutAt is what limit makes of content: lines as [show] shows them.
func cutAt(content string, limit int) []string {
	var lines []string
	for l := range strings.Lines(content) {
		l, whole := strings.CutSuffix(l, "\n")
		for limit > 0 && len(l) > limit {
			lines = append(lines, l[:limit]+"…")
			l = l[limit:]
		}
		if !whole {
			l += "…"
		}
		lines = append(lines, l)
	}
	return lines
}

// readAll reads path to its end. It fails the test where the offsets of the
// items do not say where in content they stand.
func readAll(t *testing.T, path, content string, cfg tail.Config) []string {
	t.Helper()
	r, err := tail.NewReader(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var lines []string
	var end int64
	for item, err := range r.Lines(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if item.Offset != end || strings.TrimSuffix(content[item.Offset:item.End], "\n") != item.Text() {
			t.Fatalf("item %d is not what stands from %d to %d, after %d", len(lines), item.Offset, item.End, end)
		}
		lines, end = append(lines, show(item, nil)), item.End
	}
	if n := r.Stats().Delivered; n != int64(len(content)) {
		t.Errorf("of %d bytes %d were counted as delivered", len(content), n)
	}
	return lines
}

// sameLines compares without printing three MB.
func sameLines(t *testing.T, got, want []string) {
	t.Helper()
	if len(got) != len(want) {
		t.Errorf("got %d lines, want %d", len(got), len(want))
	}
	for i := range min(len(got), len(want)) {
		if got[i] != want[i] {
			t.Fatalf("line %d: got %.50q (%d bytes), want %.50q (%d bytes)", i+1, got[i], len(got[i]), want[i], len(want[i]))
		}
	}
}

func TestContentIsKept(t *testing.T) {
	for name, content := range contents() {
		t.Run(name, func(t *testing.T) {
			path := logFile(t, content)
			sameLines(t, readAll(t, path, content, tail.Config{}), cutAt(content, 0))
		})
	}
}

func TestContentIsStreamedByteForByte(t *testing.T) {
	for name, content := range contents() {
		t.Run(name, func(t *testing.T) {
			var w wholeLines
			if err := tail.Stream(t.Context(), &w, logFile(t, content), false); err != nil {
				t.Fatal(err)
			}
			if w.String() != content {
				t.Errorf("%d bytes came out of %d, or others", w.Len(), len(content))
			}
			if w.torn > 1 || w.torn == 1 && strings.HasSuffix(content, "\n") {
				t.Errorf("%d calls of Write ended within a line", w.torn)
			}
		})
	}
}

// wholeLines counts the calls of Write that do not end with a newline.
type wholeLines struct {
	bytes.Buffer
	torn int
}

func (w *wholeLines) Write(b []byte) (int, error) {
	if !bytes.HasSuffix(b, []byte("\n")) {
		w.torn++
	}
	return w.Buffer.Write(b)
}

// TestMaxLineSizeCutsIntoPiecesThatAddUp also where the size is that of a
// buffer or of what is read again.
func TestMaxLineSizeCutsIntoPiecesThatAddUp(t *testing.T) {
	all := contents()
	for _, limit := range []int{1, 3, 1000, overlap, bufSize - 1, bufSize, bufSize + 1, 1 << 20} {
		for name, content := range all {
			if limit < 1000 && len(content) > 100 {
				content = content[:100] + content[len(content)-100:]
			}
			t.Run(fmt.Sprintf("%d/%s", limit, name), func(t *testing.T) {
				path, cfg := logFile(t, content), tail.Config{MaxLineSize: limit}
				sameLines(t, readAll(t, path, content, cfg), cutAt(content, limit))
			})
		}
	}
}

// TestMaxLineSizeBoundsMemory while a line is read that is much longer.
func TestMaxLineSizeBoundsMemory(t *testing.T) {
	const size = 32 << 20
	path := sparse(t, size, "end\n")
	r, err := tail.NewReader(path, tail.Config{MaxLineSize: 4096})
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	var n int64
	for item, err := range r.Lines(t.Context()) {
		if err != nil {
			t.Fatal(err)
		}
		if len(item.Line) > 4096 {
			t.Fatalf("a piece of %d bytes", len(item.Line))
		}
		n = item.End
	}
	runtime.ReadMemStats(&after)
	if n != size+4 {
		t.Errorf("%d bytes came, want %d", n, size+4)
	}
	if used := after.TotalAlloc - before.TotalAlloc; used > 4<<20 {
		t.Errorf("%d bytes were allocated for a file of %d", used, size)
	}
}

// sparse makes a file with a hole of so many bytes before its content.
func sparse(t *testing.T, hole int64, content string) string {
	t.Helper()
	path := logFile(t, "")
	f, err := os.OpenFile(path, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteAt([]byte(content), hole); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestHolesAreNULBytes(t *testing.T) {
	content := strings.Repeat("\x00", 300_000) + "\none\n"
	path := sparse(t, 300_000, "\none\n")
	sameLines(t, readAll(t, path, content, tail.Config{}), cutAt(content, 0))
}

// TestFilesOfMoreThanFourGiB are followed at offsets that 32 bits do not hold.
func TestFilesOfMoreThanFourGiB(t *testing.T) {
	skipWindows(t, "files have no holes there unless asked for")
	const hole = 5<<30 + 7
	for name, start := range map[string]tail.Config{
		"from the end":    {Location: &tail.SeekInfo{Offset: -8, Whence: 2}},
		"from the start":  {Location: &tail.SeekInfo{Offset: hole + 1}},
		"from a line":     {LastLines: 2},
		"from the middle": {Location: &tail.SeekInfo{Offset: hole - 300_000}, MaxLineSize: 300_000},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				cfg.Location, cfg.LastLines, cfg.MaxLineSize = start.Location, start.LastLines, start.MaxLineSize
				path := sparse(t, hole, "\none\ntwo\n")
				o := follow(t, path, following(cfg))
				if cfg.MaxLineSize > 0 {
					o.want(strings.Repeat("\x00", 300_000))
				}
				o.want("one", "two")
				appendTo(t, path, "three\n")
				o.want("three")
				write(t, path, "new\n")
				o.want("gap: truncated", "new")
			})
		})
	}
}

// TestOffsetsOfMoreThanFourGiB are told as they are.
func TestOffsetsOfMoreThanFourGiB(t *testing.T) {
	skipWindows(t, "files have no holes there unless asked for")
	const hole = 5 << 30
	tl, err := tail.Open(sparse(t, hole, "one\n"), tail.Config{Location: &tail.SeekInfo{Offset: hole}})
	if err != nil {
		t.Fatal(err)
	}
	l := <-tl.Lines
	if err := tl.Wait(); err != nil {
		t.Error(err)
	}
	if at, _ := tl.Tell(); l.Text != "one" || l.SeekInfo.Offset != hole+4 || at != hole+4 {
		t.Errorf("got %q at %d, Tell %d; want one at %d", l.Text, l.SeekInfo.Offset, at, int64(hole+4))
	}
}

// inKernel names files whose size is told as 0 or as a page, and whose content
// comes from the kernel.
func inKernel(t *testing.T) []string {
	t.Helper()
	if runtime.GOOS != "linux" {
		t.Skip(runtime.GOOS + " has neither /proc nor /sys")
	}
	return []string{"/proc/version", "/proc/filesystems", "/proc/self/limits", "/sys/kernel/uevent_seqnum", "/sys/devices/system/cpu/possible"}
}

func TestFilesOfTheKernel(t *testing.T) {
	for _, path := range inKernel(t) {
		t.Run(path, func(t *testing.T) {
			content, err := os.ReadFile(path)
			if errors.Is(err, os.ErrNotExist) {
				t.Skip("linux: this kernel has no " + path)
			}
			if err != nil {
				t.Fatal(err)
			}
			sameLines(t, readAll(t, path, string(content), tail.Config{}), cutAt(string(content), 0))
			var w bytes.Buffer
			if err := tail.Stream(t.Context(), &w, path, false); err != nil || w.String() != string(content) {
				t.Errorf("Stream wrote %q, %v; want %q", w.String(), err, content)
			}
		})
	}
}

// TestFilesOfTheKernelAreFollowed without being taken for truncated or rotated:
// their size and their times say nothing.
func TestFilesOfTheKernelAreFollowed(t *testing.T) {
	inKernel(t)
	synctest.Test(t, func(t *testing.T) {
		const path = "/proc/filesystems"
		content, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		o := follow(t, path, following(tail.Config{Poll: true}))
		o.want(cutAt(string(content), 0)...)
		select {
		case s := <-o.items:
			t.Errorf("%q came later, though nothing changed", s)
		case <-time.After(time.Minute):
		}
	})
}
