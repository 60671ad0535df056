// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"context"
	"iter"
	"runtime"
	"sync"
	"sync/atomic"
	"time"
)

// Reader follows one path in the goroutine of whoever ranges over its Lines.
// It has no goroutine of its own and allocates nothing per line. It is to be closed;
// one that nobody refers to any more, its Config neither, is closed some time later.
//
// Lines is for one iteration at a time; Close and Stats may be called from
// anywhere.
type Reader struct {
	f       *follower
	wake    signal
	rest    chunk // found and not yet yielded
	ranging atomic.Bool

	cleanup  runtime.Cleanup
	isClosed atomic.Bool
	closed   chan struct{} // closed by Close, after isClosed is set
	closing  sync.Once
}

// signal is a wake-up that waits to be taken: of capacity one, never closed.
type signal chan struct{}

// Wake leaves the wake-up, unless one waits already.
func (s signal) Wake() {
	select {
	case s <- struct{}{}:
	default:
	}
}

// NewReader starts following path. A file that is not there is waited for,
// unless config says otherwise. Wrong settings, a directory, and a file that
// cannot be opened are errors, and nothing is left open then.
func NewReader(path string, config Config) (*Reader, error) {
	r := &Reader{wake: make(signal, 1), closed: make(chan struct{})}
	f, err := newFollower(path, config, r.wake)
	if err != nil {
		return nil, err
	}
	r.f, r.cleanup = f, runtime.AddCleanup(r, (*follower).abandon, f)
	return r, nil
}

// Lines iterates over the lines and gaps as they come, waiting where there are
// none yet. The bytes of a line are valid until the next one is asked for.
//
// Without Follow it ends at the end of the file. Otherwise it ends with one
// last pair that holds an error: the cause of ctx when that is done, ErrClosed
// after Close, ErrInUse where another iteration is under way, or what made
// reading impossible. Leaving the loop leaves the Reader open: ranging again
// goes on where the loop was left.
func (r *Reader) Lines(ctx context.Context) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		if !r.ranging.CompareAndSwap(false, true) {
			yield(Item{}, ErrInUse)
			return
		}
		defer r.ranging.Store(false)
		for {
			if err := r.yieldRest(ctx, yield); err != nil {
				if err != errLeft { //nolint:errorlint // never wrapped
					yield(Item{}, err)
				}
				return
			}
			var out outcome
			if r.rest, out = r.f.step(); out == ended {
				if err := r.f.failure(); err != nil {
					yield(Item{}, err)
				}
				return
			} else if out == idle {
				r.pause(ctx.Done(), nil)
			}
		}
	}
}

// yieldRest yields what the last step found, until the consumer leaves, ctx is
// done or the Reader is closed.
func (r *Reader) yieldRest(ctx context.Context, yield func(Item, error) bool) error {
	if !r.rest.yieldAll(r.f.cfg.MaxLineSize, ctx.Done(), &r.isClosed, yield) {
		return errLeft
	}
	switch {
	case ctx.Err() != nil:
		return context.Cause(ctx)
	case r.isClosed.Load():
		return ErrClosed
	}
	return nil
}

// pause waits for a wake-up, the time of the next step, Close, or either of
// two channels of the caller's.
func (r *Reader) pause(a, b <-chan struct{}) {
	t := time.NewTimer(time.Until(r.f.nextDue().time()))
	defer t.Stop()
	select {
	case <-r.wake:
	case <-t.C:
	case <-r.closed:
	case <-a:
	case <-b:
	}
}

// Buffered is the number of bytes that the iteration will yield without
// reading. An output that is flushed where it is 0 holds nothing back while
// the next line is waited for. Only the goroutine that iterates may ask.
func (r *Reader) Buffered() int { return r.rest.left() }

// Close ends the Reader. When it returns, the file is closed and nothing is
// watched any more. It may be called at any time, from any goroutine, from
// inside the loop over Lines, and again. The error is always nil.
func (r *Reader) Close() error {
	r.closing.Do(func() {
		r.isClosed.Store(true)
		close(r.closed)
		r.cleanup.Stop()
	})
	r.f.close()
	return nil
}

// Stats returns what has been counted so far; after Close, up to then.
func (r *Reader) Stats() Stats { return r.f.readStats() }
