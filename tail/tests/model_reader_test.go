// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"errors"
	"fmt"
	"log"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// modelReader reads what a modelWriter writes, at the pace that it is told.
type modelReader struct {
	way     wayIn
	path    string
	cfg     tail.Config
	journal *journal
	fresh   signal // something came or was logged, or the reading ended

	mu       sync.Mutex
	sessions []*session
	begun    map[int]bool // the files of which something came
	slow     bool
	gate     chan struct{} // the reader waits for its closing; nil: it does not
	gateOf   int           // with an item of this file or, where it is 0, any
}

// session is what was given out from one opening of the log to the next.
type session struct {
	file   int // in which it began; 0 for the first
	items  []came
	err    error // how it ended
	stats  tail.Stats
	way    modelWay // nil where it could not be opened
	cancel context.CancelFunc
	ended  chan struct{} // closed when nothing more comes
}

// came is an item, kept.
type came struct {
	tail.Item        // without the line, which is gone by then
	text      string // of the line, with its newline
	piece     bool   // it had none
}

// signal wakes one who waits; of capacity one, never closed.
type signal chan struct{}

func (s signal) wake() {
	select {
	case s <- struct{}{}:
	default:
	}
}

func newModelReader(way wayIn, path string, cfg tail.Config, j *journal) *modelReader {
	return &modelReader{way: way, path: path, cfg: cfg, journal: j, fresh: j.fresh, begun: map[int]bool{}}
}

// begin starts a session at an offset of a file.
func (r *modelReader) begin(file int, offset int64) {
	cfg := r.cfg
	cfg.Location = &tail.SeekInfo{Offset: offset}
	ctx, cancel := context.WithCancel(context.Background())
	s := &session{file: file, cancel: cancel, ended: make(chan struct{})}
	r.mu.Lock()
	r.sessions = append(r.sessions, s)
	r.mu.Unlock()
	way, err := r.way.open(r.path, cfg)
	if err != nil {
		s.err = err
		close(s.ended)
		return
	}
	s.way = way
	go r.run(ctx, s) // ended by finish
}

func (r *modelReader) run(ctx context.Context, s *session) {
	defer r.fresh.wake()
	defer close(s.ended)
	for item, err := range s.way.Lines(ctx) {
		if err != nil {
			s.err = err
			return
		}
		r.take(s, item)
	}
}

// take keeps an item, and takes its time for that.
func (r *modelReader) take(s *session, item tail.Item) {
	c := came{Item: item, text: item.Text(), piece: item.Partial()}
	if item.Gap == nil && !c.piece {
		c.text += "\n"
	}
	c.Line = nil
	r.journal.logger("came").Printf("%s [%d.%d-%d] gap: %v", head(c.text), item.File.Generation, item.Offset, item.End, item.Gap)
	r.mu.Lock()
	s.items = append(s.items, c)
	if n := fileOf(c.text); n > 0 {
		r.begun[n] = true
	}
	gate, slow := r.gate, r.slow
	if r.gateOf > 0 && r.gateOf != fileOf(c.text) {
		gate = nil
	}
	r.mu.Unlock()
	r.fresh.wake()
	for i := 0; slow && i < 100; i++ {
		runtime.Gosched()
	}
	if gate != nil {
		<-gate
	}
}

// fileOf is the number of the file that a line was written to; see lineOf.
func fileOf(text string) int {
	n, err := strconv.Atoi(text[:min(4, len(text))])
	if err != nil || len(text) < 4 {
		return 0
	}
	return n
}

// head is the beginning of a line, for a message.
func head(text string) string {
	return strconv.Quote(text[:min(14, len(text))])
}

// stall makes the reader wait behind the next item, or the next of a file.
func (r *modelReader) stall(file int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.gateOf = file
	if r.gate == nil {
		r.gate = make(chan struct{})
	}
}

// goOn ends that.
func (r *modelReader) goOn(slow bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.slow = slow
	if r.gate != nil {
		close(r.gate)
		r.gate = nil
	}
}

// hasBegun reports whether something of that file has come.
func (r *modelReader) hasBegun(file int) bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.begun[file]
}

// await waits until something holds, which is looked at whenever an item came.
func (r *modelReader) await(limit time.Duration, holds func() bool) bool {
	timeout := time.NewTimer(limit)
	defer timeout.Stop()
	for !holds() {
		select {
		case <-r.fresh:
		case <-timeout.C:
			return false
		}
	}
	return true
}

// has reports whether that line has come in this session.
func (r *modelReader) has(text string) bool {
	s := r.session()
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.ContainsFunc(s.items, func(c came) bool { return c.text == text })
}

// endIn is the offset behind the last item that came of a file.
func (r *modelReader) endIn(file int) int64 {
	for _, c := range slices.Backward(r.session().items) {
		if fileOf(c.text) == file {
			return c.End
		}
	}
	return 0
}

func (r *modelReader) session() *session {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.sessions[len(r.sessions)-1]
}

// snapshot is what has come so far.
func (r *modelReader) snapshot() [][]came {
	r.mu.Lock()
	defer r.mu.Unlock()
	var all [][]came
	for _, s := range r.sessions {
		all = append(all, s.items[:len(s.items):len(s.items)])
	}
	return all
}

// end ends the session, one time by its context and the next by Close. That of a Group
// would take the statistics away.
func (r *modelReader) end() {
	s := r.session()
	if s.way == nil {
		return
	}
	if len(r.sessions)%2 == 0 || r.way == byGroup {
		s.cancel()
	} else {
		s.way.Close()
	}
	r.goOn(false)
	<-s.ended
	s.cancel()
	s.way.Close()
	s.stats = s.way.Stats()
	for _, ordinary := range []error{context.Canceled, tail.ErrClosed, tail.ErrStopAtEOF} {
		if errors.Is(s.err, ordinary) {
			s.err = nil
		}
	}
}

// journal is what happened, in its order, for the report of a failure.
type journal struct {
	mu    sync.Mutex
	b     strings.Builder
	begin time.Time
	fresh signal
}

func newJournal() *journal { return &journal{begin: time.Now(), fresh: make(signal, 1)} }

// Write is for the loggers.
func (j *journal) Write(b []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	defer j.fresh.wake()
	fmt.Fprintf(&j.b, "%9.3f ms %s", float64(time.Since(j.begin).Microseconds())/1000, b)
	return len(b), nil
}

// logger writes to the journal on behalf of somebody.
func (j *journal) logger(who string) *log.Logger { return log.New(j, who+": ", 0) }

func (j *journal) count(text string) int {
	j.mu.Lock()
	defer j.mu.Unlock()
	return strings.Count(j.b.String(), text)
}

// String leaves out the middle of what came without a break.
func (j *journal) String() string {
	j.mu.Lock()
	defer j.mu.Unlock()
	lines := strings.SplitAfter(j.b.String(), "\n")
	var b strings.Builder
	for i, line := range lines {
		inside := i > 0 && i < len(lines)-1
		for _, l := range lines[max(0, i-1):min(i+2, len(lines))] {
			inside = inside && strings.Contains(l, " came: ") && strings.Contains(l, "<nil>")
		}
		if !inside {
			b.WriteString(line)
		}
	}
	return b.String()
}
