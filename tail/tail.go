// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"gopkg.in/tomb.v1"
)

// Tail follows one file and sends its lines on a channel: the interface of
// nxadm/tail. One goroutine serves it; on Linux that ends while nothing happens,
// and another goes on when anything does.
//
// The Tomb tells of its life: Wait returns when everything has ended, Err and
// Wait say why. Kill and Killf are the Tail's own, so that they end it at any
// time; those of the embedded Tomb do not after StopAtEOF, and while nothing
// happens only at the next look at the file: within a second, and one more for
// each thousand files that are followed.
type Tail struct {
	// Filename is the name as it was given.
	Filename string
	// Lines receives the lines. It is closed when the tail has ended, by
	// itself or by Stop. Up to 256 lines, or 256 KiB of them, wait in it: what
	// waits when the tail ends can still be received.
	Lines chan *Line
	// Config is the configuration with its defaults filled in.
	Config

	tomb.Tomb

	f       *follower
	g       *goroutine
	stop    chan struct{} // closed by Kill
	killing sync.Once
	atEOF   atomic.Bool       // set before the Tomb is killed by StopAtEOF
	asks    chan chan<- int64 // questions of Tell to the goroutine
	*ledger                   // behind a pointer: nxadm's Tail can be compared
}

// ledger is what has been sent. It belongs to the goroutine of the Tail, while
// there is none to whoever holds its lock, and to anybody once all has ended.
type ledger struct {
	sent []place       // see told
	nums map[*File]int // the number of the last line of each file
}

// Line is one line of the file.
type Line struct {
	// Text is the line without its newline; a carriage return is kept.
	Text string
	// Num counts the lines of the file, from 1.
	Num int
	// SeekInfo is the place just behind the line, to go on from later.
	SeekInfo SeekInfo
	// Time is when the line was read.
	Time time.Time
	// Err is always nil: errors are told by Wait and Err of the Tail.
	Err error
	// Generation is that of the file in which the line stood; see [File].
	Generation int
	// Gap is set where this is the report of a gap, which comes only with
	// Config.ReportGaps.
	Gap *Gap
}

// NewLine returns a line with a text, a number and the present time.
//
// Deprecated: it is of no use to a caller and kept for old ones.
func NewLine(text string, lineNum int) *Line {
	return &Line{Text: text, Num: lineNum, Time: time.Now()}
}

// Open starts following path and returns the Tail that sends its lines. A file
// that is not there is waited for, unless config says otherwise. Wrong
// settings, a directory, and a file that cannot be opened are errors.
func Open(path string, config Config) (*Tail, error) {
	t := &Tail{
		Filename: path,
		Lines:    make(chan *Line, aheadLines),
		g:        &goroutine{wake: make(signal, 1)},
		stop:     make(chan struct{}),
		asks:     make(chan chan<- int64),
	}
	t.g.t, t.g.dying = t, t.Dying()
	f, err := newFollower(path, config, t.g)
	if err != nil {
		return nil, err
	}
	t.f, t.Config = f, *f.cfg
	t.ledger = &ledger{sent: []place{{end: f.begin()}}, nums: map[*File]int{}}
	go t.run()
	return t, nil
}

// TailFile is Open under the name that nxadm/tail gives it.
//
// Deprecated: use [Open].
func TailFile(filename string, config Config) (*Tail, error) { return Open(filename, config) }

// run is the tail's goroutine: it ends at the end of the file, at an error, when
// the tail is killed, or while it is parked.
func (t *Tail) run() {
	err := t.send()
	if err == errParked { //nolint:errorlint // never wrapped
		return
	}
	defer t.Done()
	defer close(t.Lines)
	t.f.close()
	if err != nil {
		t.Tomb.Kill(err)
	}
	if t.atEOF.Load() { // the reason where there is no other
		t.Tomb.Kill(ErrStopAtEOF)
	}
}

// errParked is no error: another goroutine goes on later.
var errParked = errors.New("parked")

func (t *Tail) send() error {
	for {
		c, out := t.f.step()
		switch out {
		case found:
			if !t.sendChunk(c) {
				return nil
			}
		case idle:
			if t.killed() {
				return nil
			}
			t.trim()
			if t.pause() {
				return errParked
			}
		case ended:
			return t.f.failure()
		}
	}
}

// pause waits for whatever makes another step worth while, and answers Tell. It
// reports whether it has parked the goroutine instead, which is to end then.
func (t *Tail) pause() (parked bool) {
	if t.parks() {
		return true
	}
	timeout := time.NewTimer(time.Until(t.f.nextDue().time()))
	defer timeout.Stop()
	for {
		select {
		case <-t.g.wake:
		case <-timeout.C:
		case <-t.stop:
		case <-t.dying():
		case answer := <-t.asks:
			t.reply(answer)
			if t.parks() {
				return true
			}
			continue
		}
		return false
	}
}

// parks ends the goroutine where the next look is near, which finds out whether
// the embedded Tomb was killed.
func (t *Tail) parks() bool {
	due, ok := t.f.parkedUntil()
	return ok && t.g.park(due)
}

// dying is the channel that a Kill of the embedded Tomb closes. StopAtEOF kills
// the Tomb too but is no reason to stop sending.
func (t *Tail) dying() <-chan struct{} {
	if t.atEOF.Load() {
		return nil
	}
	return t.Dying()
}

func (t *Tail) killed() bool {
	select {
	case <-t.stop:
		return true
	case <-t.dying():
		return !t.atEOF.Load()
	default:
		return false
	}
}

// limitRate waits until the rate limiter lets a line pass.
func (t *Tail) limitRate() bool {
	for t.RateLimiter != nil && !t.RateLimiter.Pour(1) {
		if !t.nap(coolingTime) {
			return false
		}
	}
	return true
}

// coolingTime is how long a full rate limiter is left alone.
const coolingTime = time.Second

// nap waits for a while. It reports false when the tail is killed first.
func (t *Tail) nap(d time.Duration) bool {
	timeout := time.NewTimer(d)
	defer timeout.Stop()
	for !t.killed() {
		select {
		case <-timeout.C:
			return true
		case <-t.stop:
		case <-t.dying():
		case answer := <-t.asks:
			t.reply(answer)
		}
	}
	return false
}

// Kill ends the tail for the given reason without waiting for its end. Only
// the first reason that is not nil counts.
func (t *Tail) Kill(reason error) {
	if t.atEOF.Load() {
		reason = ErrStopAtEOF // which came first
	}
	t.Tomb.Kill(reason)
	t.killing.Do(func() { close(t.stop) })
	t.g.Wake()
}

// Killf is Kill with an error made from its arguments, which it returns.
func (t *Tail) Killf(format string, args ...any) error {
	err := fmt.Errorf(format, args...)
	t.Kill(err)
	return err
}

// Stop ends the tail, whether or not anybody reads Lines, and returns the
// reason for its end, nil where there is none but Stop itself. When it
// returns, the goroutine has ended, the file is closed, and nothing is watched.
func (t *Tail) Stop() error {
	t.Kill(nil)
	return t.Wait()
}

// StopAtEOF ends the tail where its file ends at this moment: everything up
// to there, with what was rotated away before, is delivered first, so somebody must
// read Lines meanwhile. It returns like Wait, with ErrStopAtEOF where nothing else
// went wrong. A Stop still ends the tail at once.
func (t *Tail) StopAtEOF() error {
	t.atEOF.Store(true)
	t.Tomb.Kill(nil)
	t.f.stopAtEnd()
	return t.Wait()
}

// Tell returns the offset behind the last line that was received from Lines,
// in that line's own file, and before the first line the place of the start. A
// tail that is opened there goes on with the line after it. The error is
// always nil.
func (t *Tail) Tell() (int64, error) {
	end, answered := t.g.ask()
	if answered {
		return end, nil
	}
	answer := make(chan int64, 1)
	select {
	case t.asks <- answer:
		return <-answer, nil
	case <-t.Dead():
		return t.told().end, nil
	}
}

// Stats returns what has been counted so far.
func (t *Tail) Stats() Stats { return t.f.readStats() }

// Cleanup does nothing: Stop leaves nothing behind.
//
// Deprecated: there is nothing to clean up.
func (t *Tail) Cleanup() {}
