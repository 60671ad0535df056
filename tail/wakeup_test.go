// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// BenchmarkWakeUp is what it costs to look: beside the system calls that no
// follower could do without, what the check of the bytes before the offset
// adds. There is one such check per wake-up, and none per line.
func BenchmarkWakeUp(b *testing.B) {
	line := []byte("a line of some length, as logs have them, with a few words in it\n")
	for _, poll := range []bool{false, true} {
		cfg := Config{Follow: true, ReOpen: true, Poll: poll}
		name := map[bool]string{false: "events", true: "polling"}[poll]
		b.Run(name+"/nothing new", func(b *testing.B) {
			f, _ := benchFollower(b, bytes.Repeat(line, 1000), cfg)
			b.ReportAllocs()
			for b.Loop() {
				if _, out := f.step(); out != idle {
					b.Fatal("something came")
				}
			}
		})
		b.Run(name+"/a line", func(b *testing.B) {
			f, w := benchFollower(b, bytes.Repeat(line, 1000), cfg)
			b.ReportAllocs()
			for b.Loop() {
				mustWrite(b, w, line)
				if c, _ := f.step(); len(c.data) != len(line) {
					b.Fatalf("%d bytes came", len(c.data))
				}
				f.step()
			}
		})
	}
	b.Run("floor/nothing new", func(b *testing.B) { benchFloor(b, line, false) })
	b.Run("floor/a line", func(b *testing.B) { benchFloor(b, line, true) })
}

// benchFloor reads, and looks at the path, in the way of one who checks
// nothing.
func benchFloor(b *testing.B, line []byte, grows bool) {
	f, w := benchFollower(b, nil, Config{Follow: true, Poll: true})
	var buf [bufSize]byte
	off := int64(0)
	b.ReportAllocs()
	for b.Loop() {
		if grows {
			mustWrite(b, w, line)
			n, err := fileid.ReadAt(f.sources[0].f, buf[:], off)
			if n != len(line) || err != nil {
				b.Fatal(n, err)
			}
			off += int64(n)
		}
		n, err := fileid.ReadAt(f.sources[0].f, buf[:], off)
		if n != 0 || err != nil {
			b.Fatal(n, err)
		}
		if _, err := fileid.Path(f.path); err != nil {
			b.Fatal(err)
		}
	}
}

// benchFollower has read all of a file that can be written to.
func benchFollower(b *testing.B, content []byte, cfg Config) (*follower, *os.File) {
	b.Helper()
	path := filepath.Join(b.TempDir(), "log")
	if err := os.WriteFile(path, content, 0o600); err != nil {
		b.Fatal(err)
	}
	f, err := newFollower(path, cfg, make(signal, 1))
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(f.close)
	for _, out := f.step(); out != idle; _, out = f.step() {
		continue
	}
	w, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { w.Close() })
	return f, w
}

func mustWrite(b *testing.B, w *os.File, line []byte) {
	b.Helper()
	if _, err := w.Write(line); err != nil {
		b.Fatal(err)
	}
}
