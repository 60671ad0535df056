// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"context"
	"io"
	"iter"
)

// A stream is what can be read once only, from front to back: standard input, a FIFO, a device.

func (p *printer) openStdin() (io.ReadCloser, error) {
	return io.NopCloser(p.stdin), nil
}

// copyStream prints a stream's part that the options ask for; it returns at the stream's end.
func (p *printer) copyStream(ctx context.Context, title string, open func() (io.ReadCloser, error)) {
	s := p.start.selector()
	p.out.flush() // the first chunk may be long in coming
	for chunk, err := range chunks(ctx, open) {
		if err != nil {
			p.fail(title, err)
			break
		}
		if wanted := s.take(chunk); len(wanted) > 0 {
			p.out.bytes(wanted)
			p.out.flush() // as may the next
		}
		if p.out.err != nil {
			return
		}
	}
	if ctx.Err() == nil {
		p.out.bytes(s.rest())
	}
}

// selector picks the wanted part out of a stream's chunks.
type selector interface {
	take(chunk []byte) []byte // what of the chunk is wanted at once
	rest() []byte             // what is wanted now that the end has come
}

func (s start) selector() selector {
	switch {
	case s.fromStart && s.bytes:
		return &skipper{left: s.skip(), cut: cutBytes}
	case s.fromStart:
		return &skipper{left: s.skip(), cut: cutLines}
	case s.bytes:
		return &keeper{last: func(b []byte) []byte { return lastBytes(b, s.n) }}
	}
	return &keeper{last: func(b []byte) []byte { return lastLines(b, s.n) }}
}

// skipper leaves out a number of units and wants all that follows.
type skipper struct {
	left int64
	cut  func(b []byte, n int64) (rest []byte, left int64)
}

func (s *skipper) take(chunk []byte) []byte {
	if s.left > 0 {
		chunk, s.left = s.cut(chunk, s.left)
	}
	return chunk
}

func (s *skipper) rest() []byte { return nil }

func cutBytes(b []byte, n int64) ([]byte, int64) {
	cut := min(n, int64(len(b)))
	return b[cut:], n - cut
}

func cutLines(b []byte, n int64) ([]byte, int64) {
	for n > 0 {
		i := bytes.IndexByte(b, '\n')
		if i < 0 {
			return nil, n
		}
		b = b[i+1:]
		n--
	}
	return b, 0
}

// keeper remembers the end of the stream and wants nothing until the end has come.
type keeper struct {
	last  func(b []byte) []byte // the part of b that is wanted if b ends the stream
	buf   []byte
	limit int // length at which buf is cut down; twice what is wanted, so that the copying stays cheap
}

func (k *keeper) take(chunk []byte) []byte {
	k.buf = append(k.buf, chunk...)
	if len(k.buf) > k.limit {
		k.buf = append(k.buf[:0], k.last(k.buf)...)
		k.limit = max(bufferSize, 2*len(k.buf))
	}
	return nil
}

func (k *keeper) rest() []byte { return k.last(k.buf) }

func lastBytes(b []byte, n int64) []byte {
	return b[max(0, int64(len(b))-n):]
}

// lastLines returns the last n lines of b; a piece without a newline at the end is one of them.
func lastLines(b []byte, n int64) []byte {
	if n == 0 {
		return nil
	}
	start := len(bytes.TrimSuffix(b, []byte("\n")))
	for ; n > 0 && start >= 0; n-- {
		start = bytes.LastIndexByte(b[:start], '\n')
	}
	return b[start+1:]
}

// chunks reads a stream without making the end of ctx wait for it. A chunk is valid until the next one;
// an error other than the stream's end comes as the last pair.
//
// Its goroutine ends at the stream's end, or when the loop is over and the read that it is in returns,
// which for a terminal is the end of the process.
func chunks(ctx context.Context, open func() (io.ReadCloser, error)) iter.Seq2[[]byte, error] {
	return func(yield func([]byte, error) bool) {
		ctx, cancel := context.WithCancel(ctx)
		defer cancel()
		results := make(chan readResult)
		go readAll(ctx, open, results)
		for {
			select {
			case <-ctx.Done():
				return
			case r, ok := <-results:
				if !ok || !yield(r.chunk, r.err) {
					return
				}
			}
		}
	}
}

type readResult struct {
	chunk []byte
	err   error
}

// readAll sends a stream's chunks and then closes results. It uses two buffers in turn: once a
// chunk has been taken, the one before it is free.
func readAll(ctx context.Context, open func() (io.ReadCloser, error), results chan<- readResult) {
	defer close(results)
	send := func(r readResult) bool {
		select {
		case results <- r:
			return true
		case <-ctx.Done():
			return false
		}
	}
	r, err := open()
	if err != nil {
		send(readResult{err: err})
		return
	}
	defer r.Close()
	buffers := [2][]byte{make([]byte, bufferSize), make([]byte, bufferSize)}
	for i := 0; ; i ^= 1 {
		n, err := r.Read(buffers[i])
		if n > 0 && !send(readResult{chunk: buffers[i][:n]}) {
			return
		}
		if err == io.EOF {
			return
		}
		if err != nil {
			send(readResult{err: err})
			return
		}
	}
}
