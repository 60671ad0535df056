// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// pieces cuts content as [chunk.next] has to, in the simplest way: lines with
// their newlines, and pieces of limit bytes where a line is longer.
func pieces(content []byte, limit int) [][]byte {
	var all [][]byte
	for line := range bytes.Lines(content) {
		for limit > 0 && len(bytes.TrimSuffix(line, []byte("\n"))) > limit {
			all = append(all, line[:limit])
			line = line[limit:]
		}
		all = append(all, line)
	}
	return all
}

func FuzzNextLine(f *testing.F) {
	for _, content := range []string{"", "\n", "\n\n", "one\ntwo", "one\ntwo\n", "a\r\n\x00\xff\n", "four\nfive!\nsixsix"} {
		f.Add([]byte(content), uint16(0), int64(0))
		f.Add([]byte(content), uint16(1), int64(1)<<40)
		f.Add([]byte(content), uint16(4), int64(7))
	}
	f.Fuzz(func(t *testing.T, content []byte, limit uint16, offset int64) {
		offset &= 1<<50 - 1
		c := chunk{file: &File{}, offset: offset, data: bytes.Clone(content)}
		for _, want := range pieces(content, int(limit)) {
			if c.empty() {
				t.Fatalf("it ends before %q", want)
			}
			item := c.next(int(limit))
			if item.Offset != offset || item.End != offset+int64(len(want)) {
				t.Fatalf("from %d to %d, want %d to %d", item.Offset, item.End, offset, offset+int64(len(want)))
			}
			line, whole := bytes.CutSuffix(want, []byte("\n"))
			if !bytes.Equal(item.Line, line) || item.Partial() == whole {
				t.Fatalf("%q, partial: %v; want %q", item.Line, item.Partial(), want)
			}
			if len(item.Line) != cap(item.Line) {
				t.Fatal("who appends to the line overwrites the next one")
			}
			offset = item.End
		}
		if !c.empty() {
			t.Fatalf("%q is left", c.data)
		}
	})
}

// TestPiecesOfALongLineCostLittle: what follows a piece is not searched for each of them.
func TestPiecesOfALongLineCostLittle(t *testing.T) {
	const size, most = 1 << 20, 5 * time.Second // of ten and more
	long := bytes.Repeat([]byte("x"), size)
	for name, cut := range map[string]func(){
		"one after another": func() {
			for c := (chunk{data: long}); !c.empty(); {
				c.next(1)
			}
		},
		"for an iteration": func() {
			var over atomic.Bool
			c := chunk{data: long}
			c.yieldAll(1, nil, &over, func(Item, error) bool { return true })
		},
	} {
		t.Run(name, func(t *testing.T) {
			begin := time.Now()
			if cut(); time.Since(begin) > most {
				t.Errorf("it takes %v", time.Since(begin))
			}
		})
	}
}

func TestLastNewline(t *testing.T) {
	for _, length := range []int{0, 1, 4095, 4096, 4097, 10_000} {
		for _, last := range []int{-1, 0, 1, length - 4097, length - 4096, length - 4095, length - 1} {
			if last < -1 || last >= length {
				continue
			}
			b := bytes.Repeat([]byte("x"), length)
			for i := last; i >= 0; i -= 1000 {
				b[i] = '\n'
			}
			if got := lastNewline(b); got != last {
				t.Errorf("of %d bytes: %d, want %d", length, got, last)
			}
		}
	}
}

// scratch is a file that the rounds of a fuzz test write anew, and read.
func scratch(f *testing.F) (file *os.File, opened *fileid.File) {
	f.Helper()
	file, err := os.CreateTemp("", "tail")
	if err != nil {
		f.Fatal(err)
	}
	opened, err = fileid.Open(file.Name())
	if err != nil {
		f.Fatal(err)
	}
	f.Cleanup(func() {
		opened.Close()
		file.Close()
		os.Remove(file.Name())
	})
	return file, opened
}

func rewrite(t *testing.T, file *os.File, content []byte) {
	t.Helper()
	if err := file.Truncate(0); err != nil {
		t.Fatal(err)
	}
	if _, err := file.WriteAt(content, 0); err != nil {
		t.Fatal(err)
	}
}

func FuzzLastLines(f *testing.F) {
	for _, content := range []string{"", "\n", "\n\n", "one\ntwo", "one\ntwo\n", "\n\n\nthree", "x"} {
		for _, n := range []uint16{1, 2, 3, 200} {
			f.Add([]byte(content), uint32(0), n)
			f.Add([]byte(content), uint32(bufSize-1), n)
			f.Add([]byte(content), uint32(bufSize), n)
			f.Add([]byte(content), uint32(2*bufSize+1), n)
		}
	}
	file, opened := scratch(f)
	f.Fuzz(func(t *testing.T, content []byte, fill uint32, n uint16) {
		// What is fuzzed stands at both ends, since the buffer is large.
		filler := bytes.Repeat([]byte("z"), int(fill%(3*bufSize)))
		content = bytes.Join([][]byte{content, filler, content}, nil)
		rewrite(t, file, content)
		lines := bytes.SplitAfter(content, []byte("\n"))
		if len(lines[len(lines)-1]) == 0 {
			lines = lines[:len(lines)-1]
		}
		want := 0
		for _, line := range lines[:max(0, len(lines)-max(1, int(n)))] {
			want += len(line)
		}
		got, err := lastLines(opened, int64(len(content)), max(1, int(n)))
		if err != nil || got != int64(want) {
			t.Errorf("the last %d lines of %d bytes begin at %d, %v; want %d", n, len(content), got, err, want)
		}
	})
}

// FuzzSource drives a source by script: whatever is written and read in
// whatever order, with buffers given back or not, what comes out is what was
// written, no line is torn, and nothing passes for a rewrite.
func FuzzSource(f *testing.F) {
	f.Add([]byte("one\ntwo\nthr"), []byte{3, 0, 9, 0, 1, 255, 0, 1}, uint16(0))
	f.Add([]byte("one\n\n\n\ntwo\nthr"), []byte{200, 3, 0, 9, 0, 1, 255, 0, 1}, uint16(2))
	f.Add(bytes.Repeat([]byte("0123456789\n"), 500), bytes.Repeat([]byte{100, 0, 1, 255}, 20), uint16(7))
	f.Add(bytes.Repeat([]byte("0123456789"), 500), bytes.Repeat([]byte{255, 0, 1, 77, 0}, 40), uint16(1000))
	f.Add(append(bytes.Repeat([]byte("long"), 40_000), '\n'), bytes.Repeat([]byte{254, 1, 0}, 200), uint16(0))
	file, opened := scratch(f)
	f.Fuzz(func(t *testing.T, content, script []byte, limit uint16) {
		rewrite(t, file, nil)
		s := &source{f: opened, file: &File{}}
		written, out := 0, []byte(nil)
		read := func() {
			n, err := s.fill(time.Now(), false)
			if err != nil {
				t.Fatal(err)
			}
			c, ok := s.lines(n, int(limit))
			if ok && limit == 0 && !bytes.HasSuffix(c.data, []byte("\n")) {
				t.Fatal("a line is torn")
			}
			if c.offset != int64(len(out)) && ok {
				t.Fatalf("a chunk from %d, want %d", c.offset, len(out))
			}
			out = append(out, c.data...)
		}
		for _, op := range script {
			switch op {
			case 0:
				read()
			case 1:
				s.rest()
			default:
				n := min(int(op)*int(op), len(content)-written)
				if _, err := file.WriteAt(content[written:written+n], int64(written)); err != nil {
					t.Fatal(err)
				}
				written += n
			}
		}
		for s.off < int64(written) {
			read()
		}
		c, _ := s.piece()
		if out = append(out, c.data...); !bytes.Equal(out, content[:written]) {
			t.Errorf("%d bytes came out of %d, or others", len(out), written)
		}
	})
}
