// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"strconv"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// seedVariable makes TestRandomWritingAndReading repeat one round.
const seedVariable = "TAIL_TEST_SEED"

// TestRandomWritingAndReading: whatever is written, in whatever pieces, into
// however many files, and however the reader dawdles and cuts lines: for each
// file what comes out, joined, is what was written.
func TestRandomWritingAndReading(t *testing.T) {
	seeds := make([]uint64, 8)
	for i := range seeds {
		seeds[i] = rand.Uint64()
	}
	if s := os.Getenv(seedVariable); s != "" {
		seed, err := strconv.ParseUint(s, 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		seeds = []uint64{seed}
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		for _, seed := range seeds {
			t.Run(fmt.Sprintf("%s=%d", seedVariable, seed), func(t *testing.T) {
				randomRound(t, seed, cfg)
			})
		}
	})
}

func randomRound(t *testing.T, seed uint64, cfg tail.Config) {
	rnd := rand.New(rand.NewPCG(seed, 0))
	files := randomFiles(rnd)
	cfg = following(cfg)
	cfg.CompleteLines = rnd.IntN(2) == 0
	cfg.MaxLineSize = []int{0, 1, 7, 100, overlap, 5000, bufSize}[rnd.IntN(7)]
	cfg.GracePeriod = []time.Duration{-1, time.Millisecond}[rnd.IntN(2)]
	cfg.Logger = testLog{t}
	path := logFile(t, "")
	r, err := tail.NewReader(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	w := &randomWriter{path: path, rnd: rand.New(rand.NewPCG(seed, 1)), progress: make(chan struct{}, 1), ended: make(chan struct{})}
	go w.run(files)
	got := dawdle(t, r, w, rnd, len(bytes.Join(files, nil)), cfg.MaxLineSize)
	<-w.ended
	if w.err != nil {
		t.Fatal(w.err)
	}
	for i := range min(len(got), len(files)) {
		if !bytes.Equal(got[i], files[i]) {
			t.Errorf("file %d: %d bytes came out and %d were put in, or others", i, len(got[i]), len(files[i]))
		}
	}
	if len(got) != len(files) {
		t.Errorf("%d files, want %d", len(got), len(files))
	}
}

// randomFiles makes up what is written. The last file ends with a newline.
func randomFiles(rnd *rand.Rand) [][]byte {
	files := make([][]byte, 1+rnd.IntN(6))
	for i := range files {
		every := []int{2, 20, 200, 20_000}[rnd.IntN(4)]
		b := make([]byte, 1+rnd.IntN(60_000))
		for j := range b {
			if b[j] = byte(rnd.UintN(256)); b[j] == '\n' {
				b[j] = 0
			}
			if rnd.IntN(every) == 0 {
				b[j] = '\n'
			}
		}
		files[i] = b
	}
	files[len(files)-1] = append(files[len(files)-1], '\n')
	return files
}

// randomWriter writes files one after another under one name.
type randomWriter struct {
	path     string
	rnd      *rand.Rand
	progress chan struct{} // of capacity one: something was written
	ended    chan struct{} // closed at its end
	err      error         // before ended is closed
}

func (w *randomWriter) run(files [][]byte) {
	defer close(w.ended)
	for i, content := range files {
		if i > 0 {
			if w.err = w.rotate(i, len(files)); w.err != nil {
				return
			}
		}
		if w.err = w.write(content); w.err != nil {
			return
		}
	}
}

func (w *randomWriter) rotate(i, files int) error {
	if files%2 == 0 {
		return os.Rename(w.path, fmt.Sprintf("%s-20260101%06d", w.path, i))
	}
	for n := i - 1; n > 0; n-- {
		if err := os.Rename(fmt.Sprintf("%s.%d", w.path, n), fmt.Sprintf("%s.%d", w.path, n+1)); err != nil {
			return err
		}
	}
	return os.Rename(w.path, w.path+".1")
}

func (w *randomWriter) write(content []byte) error {
	f, err := os.OpenFile(w.path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	for len(content) > 0 {
		n := 1 + w.rnd.IntN([]int{3, 300, 30_000}[w.rnd.IntN(3)])
		n = min(n, len(content))
		if _, err := f.Write(content[:n]); err != nil {
			return err
		}
		content = content[n:]
		select {
		case w.progress <- struct{}{}:
		default:
		}
	}
	return nil
}

// dawdle reads so many bytes and now and then waits for the writer to be ahead.
func dawdle(t *testing.T, r *tail.Reader, w *randomWriter, rnd *rand.Rand, total, limit int) [][]byte {
	var got [][]byte // by generation: the last piece of a file may come late
	count := 0
	for item, err := range r.Lines(t.Context()) {
		if err != nil || item.Gap != nil {
			t.Fatalf("%v, gap: %v", err, item.Gap)
		}
		if limit > 0 && len(item.Line) > limit {
			t.Errorf("a piece of %d bytes, limit %d", len(item.Line), limit)
		}
		i := item.File.Generation - 1
		for i >= len(got) {
			got = append(got, nil)
		}
		if item.Offset != int64(len(got[i])) {
			t.Fatalf("file %d goes on at %d", i, item.Offset)
		}
		got[i] = append(got[i], item.Line...)
		if !item.Partial() {
			got[i] = append(got[i], '\n')
		}
		if count += int(item.End - item.Offset); count >= total {
			break
		}
		if rnd.IntN(100) == 0 {
			select {
			case <-w.progress:
			case <-w.ended:
			}
		}
	}
	return got
}
