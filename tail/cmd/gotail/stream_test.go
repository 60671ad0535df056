// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"testing/iotest"
)

// expect is the part of text that s asks for, worked out in the plainest way.
func expect(s start, text string) string {
	units := strings.SplitAfter(text, "\n")
	if s.bytes {
		units = strings.Split(text, "")
	}
	if len(units) > 0 && units[len(units)-1] == "" {
		units = units[:len(units)-1]
	}
	n := int(min(s.n, int64(len(units))))
	if s.fromStart {
		return strings.Join(units[max(0, min(int(s.n)-1, len(units))):], "")
	}
	return strings.Join(units[len(units)-n:], "")
}

func TestCopyStream(t *testing.T) {
	texts := []string{"", "\n", "a", "a\n", "a\nb", "\n\n\n", "a\x00\nb\r\nc", strings.Repeat("line\n", 30_000) + "end"}
	for _, text := range texts {
		for _, n := range []int64{0, 1, 2, 3, 30_000, 1 << 30} {
			for _, s := range []start{{n, false, false}, {n, true, false}, {n, false, true}, {n, true, true}} {
				checkStream(t, s, text, strings.NewReader(text))
				if len(text) < 100 {
					checkStream(t, s, text, iotest.OneByteReader(strings.NewReader(text)))
				}
			}
		}
	}
}

func checkStream(t *testing.T, s start, text string, r io.Reader) {
	t.Helper()
	var w bytes.Buffer
	p := newPrinter(options{start: s}, nil, &w, io.Discard)
	p.copyStream(t.Context(), "x", func() (io.ReadCloser, error) { return io.NopCloser(r), nil })
	p.out.flush()
	if want := expect(s, text); w.String() != want {
		t.Errorf("%+v of %.20q: got %d bytes %.20q, want %d bytes %.20q", s, text, w.Len(), w.String(), len(want), want)
	}
}

func TestStreamFails(t *testing.T) {
	var w, messages bytes.Buffer
	p := newPrinter(options{start: start{n: 1, fromStart: true}}, nil, &w, &messages)
	broken := iotest.ErrReader(errors.New("broken"))
	r := io.MultiReader(strings.NewReader("a\n"), broken)
	p.copyStream(t.Context(), "x", func() (io.ReadCloser, error) { return io.NopCloser(r), nil })
	if got, want := fmt.Sprint(w.String(), messages.String(), p.failed), "a\ngotail: error reading 'x': Broken\ntrue"; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestStreamInterrupted reads from a pipe that never ends: only the context can end it, and
// the lines that were kept for its end are not printed.
func TestStreamInterrupted(t *testing.T) {
	var w bytes.Buffer
	ctx, cancel := context.WithCancel(t.Context())
	r, pw := io.Pipe()
	defer pw.Close()
	go func() {
		io.WriteString(pw, "a\n")
		cancel()
	}()
	p := newPrinter(options{start: start{n: 1}}, nil, &w, io.Discard)
	p.copyStream(ctx, "x", func() (io.ReadCloser, error) { return r, nil })
	p.out.flush()
	if w.Len() > 0 {
		t.Errorf("printed %q", w.String())
	}
}
