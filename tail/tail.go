// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"fmt"
	"io"
	"sync"
	"sync/atomic"
	"time"

	"gopkg.in/tomb.v1"
)

// Tail follows one file and sends its lines on a channel: the interface of
// nxadm/tail. One goroutine serves it.
//
// The Tomb tells of its life: Wait returns when everything has ended, Err and
// Wait say why. Kill and Killf are the Tail's own, so that they end it at any
// time; those of the embedded Tomb do not after StopAtEOF.
type Tail struct {
	// Filename is the name as it was given.
	Filename string
	// Lines receives the lines. It is closed when the tail has ended, by
	// itself or by Stop.
	Lines chan *Line
	// Config is the configuration with its defaults filled in.
	Config

	tomb.Tomb

	reader  *Reader
	stop    chan struct{} // closed by Kill
	killing sync.Once
	atEOF   atomic.Bool       // set before the Tomb is killed by StopAtEOF
	asks    chan chan<- int64 // questions of Tell to the goroutine

	// These belong to the goroutine, and to anybody once it has ended.
	told int64         // the offset behind the last line that was received
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
	r, err := NewReader(path, config)
	if err != nil {
		return nil, err
	}
	t := &Tail{
		Filename: path,
		Lines:    make(chan *Line),
		Config:   r.f.cfg,
		reader:   r,
		stop:     make(chan struct{}),
		asks:     make(chan chan<- int64),
		told:     r.f.begin(),
		nums:     map[*File]int{},
	}
	go t.run()
	return t, nil
}

// TailFile is Open under the name that nxadm/tail gives it.
//
// Deprecated: use [Open].
func TailFile(filename string, config Config) (*Tail, error) { return Open(filename, config) }

// run is the tail's goroutine: it ends at the end of the file, at an error or
// when the tail is killed.
func (t *Tail) run() {
	defer t.Done()
	defer close(t.Lines)
	err := t.send()
	t.reader.Close()
	if err != nil {
		t.Tomb.Kill(err)
	}
}

func (t *Tail) send() error {
	for {
		c, out := t.reader.f.step()
		switch out {
		case found:
			if !t.sendChunk(c) {
				return nil
			}
		case idle:
			if t.killed() {
				return nil
			}
			t.pause()
		case ended:
			return t.reader.f.failure()
		}
	}
}

// pause waits for whatever makes another step worth while, and answers Tell.
func (t *Tail) pause() {
	timeout := time.NewTimer(time.Until(t.reader.f.nextDue()))
	defer timeout.Stop()
	for {
		select {
		case <-t.reader.wake:
		case <-timeout.C:
		case <-t.stop:
		case <-t.dying():
		case answer := <-t.asks:
			answer <- t.told
			continue
		}
		return
	}
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

func (t *Tail) sendChunk(c chunk) bool {
	now := time.Now()
	for !c.empty() {
		item := c.next(t.MaxLineSize)
		if item.Gap != nil && !t.ReportGaps {
			continue
		}
		if !t.limitRate() || !t.sendLine(t.line(item, now)) {
			return false
		}
		t.told = item.End
	}
	return true
}

func (t *Tail) line(item Item, now time.Time) *Line {
	if item.Gap == nil {
		t.nums[item.File]++
	}
	t.forget(item.File.Generation)
	return &Line{
		Text: item.Text(), Num: t.nums[item.File], Time: now,
		SeekInfo:   SeekInfo{Offset: item.End, Whence: io.SeekStart},
		Generation: item.File.Generation, Gap: item.Gap,
	}
}

// forget drops the counts of files of which no late line can come any more.
func (t *Tail) forget(generation int) {
	if len(t.nums) <= 2*maxOld {
		return
	}
	for file := range t.nums {
		if file.Generation < generation-maxOld {
			delete(t.nums, file)
		}
	}
}

// sendLine hands one line over. It reports false when the tail is killed first.
func (t *Tail) sendLine(l *Line) bool {
	for {
		select {
		case <-t.stop:
			return false
		default:
		}
		select {
		case t.Lines <- l:
			return true
		case <-t.stop:
			return false
		case <-t.dying():
			if !t.atEOF.Load() {
				return false
			}
		case answer := <-t.asks:
			answer <- t.told
		}
	}
}

// limitRate waits until the rate limiter lets a line pass.
func (t *Tail) limitRate() bool {
	for t.RateLimiter != nil && !t.RateLimiter.Pour(1) {
		if !t.cool() {
			return false
		}
	}
	return true
}

// coolingTime is how long a full rate limiter is left alone.
const coolingTime = time.Second

func (t *Tail) cool() bool {
	timeout := time.NewTimer(coolingTime)
	defer timeout.Stop()
	for !t.killed() {
		select {
		case <-timeout.C:
			return true
		case <-t.stop:
		case <-t.dying():
		case answer := <-t.asks:
			answer <- t.told
		}
	}
	return false
}

// Kill ends the tail for the given reason without waiting for its end. Only
// the first reason that is not nil counts.
func (t *Tail) Kill(reason error) {
	t.Tomb.Kill(reason)
	t.killing.Do(func() { close(t.stop) })
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
// to there is delivered first, so somebody must read Lines meanwhile. It
// returns like Wait, with ErrStopAtEOF where nothing else went wrong. A Stop
// still ends the tail at once.
func (t *Tail) StopAtEOF() error {
	t.atEOF.Store(true)
	t.Tomb.Kill(ErrStopAtEOF)
	t.reader.f.stopAtEnd()
	return t.Wait()
}

// Tell returns the offset behind the last line that was received from Lines,
// in that line's own file, and before the first line the place of the start. A
// tail that is opened there goes on with the line after it. The error is
// always nil.
func (t *Tail) Tell() (int64, error) {
	answer := make(chan int64, 1)
	select {
	case t.asks <- answer:
		return <-answer, nil
	case <-t.Dead():
		return t.told, nil
	}
}

// Stats returns what has been counted so far.
func (t *Tail) Stats() Stats { return t.reader.Stats() }

// Cleanup does nothing: Stop leaves nothing behind.
//
// Deprecated: there is nothing to clean up.
func (t *Tail) Cleanup() {}
