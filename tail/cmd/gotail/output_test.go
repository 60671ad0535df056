// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"
	"syscall"
	"testing"
)

// writes records what each Write was given.
type writes []string

func (w *writes) Write(p []byte) (int, error) {
	*w = append(*w, string(p))
	return len(p), nil
}

func TestHeaders(t *testing.T) {
	var w bytes.Buffer
	o := newOutput(&w, true)
	o.startHeader("a")
	o.line([]byte("1"), false)
	o.header("a")
	o.line([]byte("2"), true)
	o.header("b")
	o.line(nil, false)
	o.startHeader("b")
	o.flush()
	if want := "==> a <==\n1\n2\n==> b <==\n\n\n==> b <==\n"; w.String() != want {
		t.Errorf("got %q, want %q", w.String(), want)
	}
}

func TestWritesAreWholeLines(t *testing.T) {
	var w writes
	o := newOutput(&w, false)
	want := ""
	for _, length := range []int{1, 40_000, 40_000, 3 * bufferSize, 0, bufferSize - 1, bufferSize, 20 * bufferSize, 5} {
		line := strings.Repeat("x", length)
		o.line([]byte(line), false)
		want += line + "\n"
	}
	o.flush()
	o.flush()
	for i, text := range w {
		if text == "" || !strings.HasSuffix(text, "\n") {
			t.Errorf("write %d of %d bytes is not made of whole lines", i, len(text))
		}
	}
	if strings.Join(w, "") != want {
		t.Error("the writes do not add up to the lines")
	}
	if cap(o.buf) > 16*bufferSize {
		t.Errorf("a long line has left a buffer of %d bytes", cap(o.buf))
	}
}

// What is longer than the buffer is not copied, and comes in its place.
func TestBlocks(t *testing.T) {
	var w writes
	o := newOutput(&w, false)
	long := strings.Repeat("x", bufferSize-1) + "\n"
	o.line([]byte("1"), false)
	o.bytes([]byte(long))
	o.bytes([]byte("2\n"))
	o.bytes([]byte(long[1:]))
	o.flush()
	if want := (writes{"1\n", long, "2\n", long[1:]}); !slices.Equal(w, want) {
		t.Errorf("got %d writes", len(w))
	}
}

// failing is a writer that always fails with the same error.
type failing struct{ error }

func (f failing) Write([]byte) (int, error) { return 0, f.error }

func TestFirstErrorStays(t *testing.T) {
	o := newOutput(failing{syscall.EPIPE}, false)
	o.line([]byte("x"), false)
	o.flush()
	o.w = failing{errors.New("another")}
	o.line([]byte("x"), false)
	o.flush()
	if !readerGone(o.err) {
		t.Errorf("the error is %v, want EPIPE", o.err)
	}
}

func TestReason(t *testing.T) {
	for _, test := range []struct {
		err  error
		want string
	}{
		{&fs.PathError{Op: "open", Path: "x", Err: syscall.ENOENT}, "No such file or directory"},
		{fmt.Errorf("tail: open x: %w", fs.ErrPermission), "Permission denied"},
		{fs.ErrExist, "File already exists"},
		{errors.New(""), "Unknown error"},
		{errIsDirectory, "Is a directory"},
	} {
		if got := reason(test.err); got != test.want {
			t.Errorf("reason(%v) is %q, want %q", test.err, got, test.want)
		}
	}
}

func TestQuote(t *testing.T) {
	for name, want := range map[string]string{"a b": "'a b'", "a\nb": `"a\nb"`, "\xff": `"\xff"`, "": "''"} {
		if got := quote(name); got != want {
			t.Errorf("quote(%q) is %s, want %s", name, got, want)
		}
	}
}
