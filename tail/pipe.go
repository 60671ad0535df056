// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// pipe reads a named pipe in a goroutine of its own, since nothing else tells
// when there is something to read. It holds one block at most: a writer waits
// until the reader has taken that, as it would without us.
type pipe struct {
	f     *os.File
	keep  bool // there may be another writer when the last one has gone
	waker watch.Waker
	taken chan struct{} // of capacity one: the block was taken
	quit  chan struct{} // closed by close
	done  chan struct{} // closed by the goroutine at its end

	mu    sync.Mutex
	block []byte
	err   error // io.EOF when the last writer has gone
}

// pipePatience is how often a pipe that nobody has open for writing is tried again.
const pipePatience = 50 * time.Millisecond

func newPipe(f *os.File, keep bool, waker watch.Waker) *pipe {
	p := &pipe{
		f: f, keep: keep, waker: waker,
		taken: make(chan struct{}, 1),
		quit:  make(chan struct{}),
		done:  make(chan struct{}),
	}
	go p.run()
	return p
}

// run ends at an error, at the end of the pipe, or by close.
func (p *pipe) run() {
	defer close(p.done)
	buf := make([]byte, 64<<10) // what a pipe of Linux holds
	for begun := false; ; begun = true {
		err := p.read(buf)
		for (p.keep || !begun) && errors.Is(err, io.EOF) { // no writer now
			select {
			case <-time.After(pipePatience):
			case <-p.quit:
				return
			}
			err = p.read(buf)
		}
		if err != nil {
			p.mu.Lock()
			p.err = err
			p.mu.Unlock()
		}
		p.waker.Wake()
		if err != nil {
			return
		}
		select {
		case <-p.taken:
		case <-p.quit:
			return
		}
	}
}

// read waits for the next block.
func (p *pipe) read(buf []byte) error {
	return fileid.ReadPipe(p.f, buf, &p.mu, func(n int) { p.block = buf[:n] })
}

// waiting is how many bytes have been written and not been taken.
func (p *pipe) waiting() int64 {
	p.mu.Lock()
	defer p.mu.Unlock()
	return int64(len(p.block)) + fileid.Waiting(p.f)
}

// expected reports whether more is to be read of a pipe up to the limit, unless it has
// another reader.
func (s *source) expected() bool {
	return s.pipe != nil && !s.eof && !s.atLimit() && s.pipe.waiting() > 0
}

// take copies what has been read to b. The error comes when all was taken.
func (p *pipe) take(b []byte) (int, error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	n := copy(b, p.block)
	p.block = p.block[n:]
	if n > 0 && len(p.block) == 0 {
		select {
		case p.taken <- struct{}{}:
		default:
		}
	}
	if n == 0 {
		return 0, p.err
	}
	return n, nil
}

// close ends the goroutine and waits for it. Closing the file ends a Read that
// waits for a writer.
func (p *pipe) close() {
	close(p.quit)
	p.f.Close()
	<-p.done
}
