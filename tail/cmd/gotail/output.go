// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"io"
	"io/fs"
	"strconv"
	"strings"
	"syscall"
	"unicode"
	"unicode/utf8"
)

// bufferSize is how much output is gathered before it is written.
const bufferSize = 64 << 10

// output gathers what goes to standard output and writes it in blocks of whole lines,
// so that nothing is torn where another process writes to the same place.
// It keeps the first error and throws away what comes after it.
type output struct {
	w       io.Writer
	headers bool
	shown   string // the file whose header was printed last
	any     bool   // a header was printed
	buf     []byte
	err     error
}

func newOutput(w io.Writer, headers bool) *output {
	return &output{w: w, headers: headers, buf: make([]byte, 0, bufferSize)}
}

// header announces that what follows is from name, unless it was announced already.
func (o *output) header(name string) {
	if !o.headers || o.any && o.shown == name {
		return
	}
	o.startHeader(name)
}

// startHeader announces name even if the last header said the same: a file given twice has two headers.
func (o *output) startHeader(name string) {
	if !o.headers {
		return
	}
	header := "==> " + name + " <==\n"
	if o.any {
		header = "\n" + header
	}
	o.shown, o.any = name, true
	o.bytes([]byte(header))
}

// line adds one line, or, partial, a piece that no newline ended.
func (o *output) line(text []byte, partial bool) {
	o.reserve(len(text) + 1)
	o.buf = append(o.buf, text...)
	if !partial {
		o.buf = append(o.buf, '\n')
	}
}

// bytes adds text as it is. What would fill the buffer does not go through it.
func (o *output) bytes(text []byte) {
	o.reserve(len(text))
	if len(text) >= bufferSize {
		o.write(text)
		return
	}
	o.buf = append(o.buf, text...)
}

// reserve makes room for n bytes by writing what is there. One line longer than
// the buffer makes the buffer grow, for as long as that line is in it.
func (o *output) reserve(n int) {
	if len(o.buf)+n > bufferSize {
		o.flush()
	}
}

func (o *output) flush() {
	o.write(o.buf)
	if cap(o.buf) > 16*bufferSize {
		o.buf = make([]byte, 0, bufferSize)
	}
	o.buf = o.buf[:0]
}

func (o *output) write(text []byte) {
	if o.err == nil && len(text) > 0 {
		_, o.err = o.w.Write(text)
	}
}

// readerGone tells whether err only says that nobody reads the output any more, as with "gotail x | head".
func readerGone(err error) bool {
	// 109 and 232 are Windows' ERROR_BROKEN_PIPE and ERROR_NO_DATA; no write fails with these numbers elsewhere.
	for _, gone := range []error{syscall.EPIPE, io.ErrClosedPipe, syscall.Errno(109), syscall.Errno(232)} {
		if errors.Is(err, gone) {
			return true
		}
	}
	return false
}

// quote puts a name between quotes, and shows what cannot be printed in a form that can.
func quote(name string) string {
	if !utf8.ValidString(name) || strings.ContainsFunc(name, func(r rune) bool { return !unicode.IsPrint(r) }) {
		return strconv.Quote(name)
	}
	return "'" + name + "'"
}

// reason is what went wrong, in the words of GNU tail and without the name, which the message has already.
func reason(err error) string {
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return "No such file or directory"
	case errors.Is(err, fs.ErrPermission):
		return "Permission denied"
	case errors.Is(err, errIsDirectory):
		return "Is a directory"
	}
	text := err.Error()
	if errno := syscall.Errno(0); errors.As(err, &errno) {
		text = errno.Error()
	}
	if text == "" {
		return "Unknown error"
	}
	return strings.ToUpper(text[:1]) + text[1:]
}
