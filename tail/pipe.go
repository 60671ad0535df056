// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"io"
	"os"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// pipe reads a named pipe in a goroutine of its own, since nothing else tells
// when there is something to read. It holds one block at most: a writer waits
// until the reader has taken that, as it would without us.
type pipe struct {
	f     *os.File
	waker watch.Waker
	taken chan struct{} // of capacity one: the block was taken
	quit  chan struct{} // closed by close
	done  chan struct{} // closed by the goroutine at its end

	mu    sync.Mutex
	block []byte
	err   error // io.EOF when the last writer has gone
}

// pipePatience is how often a pipe that nobody has written to is tried again.
const pipePatience = 50 * time.Millisecond

func newPipe(f *os.File, waker watch.Waker) *pipe {
	p := &pipe{
		f: f, waker: waker,
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
		n, err := p.f.Read(buf)
		for !begun && n == 0 && errors.Is(err, io.EOF) { // no writer yet
			select {
			case <-time.After(pipePatience):
			case <-p.quit:
				return
			}
			n, err = p.f.Read(buf)
		}
		p.mu.Lock()
		p.block, p.err = buf[:n], err
		p.mu.Unlock()
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
