// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// follower is the core: one path seen as one endless stream of lines. Its step
// never waits. Reader, Tail, Stream and Group drive it, each in its own way,
// and none has reading logic of its own.
//
// A wake-up carries no meaning: each step finds out by itself what the file
// and the path are now.
type follower struct {
	name string  // as the caller gave it
	path string  // absolute, so that a change of the working directory is no matter
	cfg  *Config // does not change; the files of a Group share it
	hub  *watch.Hub

	// mu is held during a step, by Close and by Stats; never while a consumer
	// has the lines or while waiting.
	mu     sync.Mutex
	closed bool
	turn   watch.Turn // has the waker
	due    moment     // when to step again without a wake-up
	home   string     // the path without symbolic links, as of the newest file

	// While nothing happens there is no work, and what is needed to make it again
	// is parked.
	*work
	parked *parked
}

// work is what a step goes by.
type work struct {
	err error // why it ended

	// sources are the files that are open, oldest first. Those before reading
	// were rotated away and are in their grace period; those behind it have
	// been opened early and wait for their turn.
	sources []*source
	reading int
	queue   []chunk // comes before anything that is read
	last    *chunk  // a gap that comes behind all of it; nil where there is none

	missing   bool // the path names nothing that can be followed
	hindered  bool // or that cannot be told, as where no descriptor is to be had
	complaint string
	pathErr   error // of the medium, or whatever keeps the last file from being opened
	looks     retries
	final     bool // StopAtEOF: no further file is opened, once a rotation has come to rest
	rotating  bool // it had not, when what came and went was looked for last
	waking

	reads      retries
	pathLooked time.Time // when the path itself was last looked at, not only the open file
	looked     time.Time // when the path was last looked at
	unsettled  time.Time // since when a rotation has looked half done
	fresh      bool      // it was in this step
	same       bool      // and nothing has been written to the newest file since
	late       time.Time // when the files in their grace were last looked at

	quiet quiet
	known map[fileid.ID]stamp // the rotated files beside it, when last remembered
	blind bool                // they could not be: what is new cannot be told
	// allKnown says that known has the dated ones too, and all numbers.
	allKnown bool

	stats Stats
}

// outcome is what a step came to.
type outcome int

const (
	found outcome = iota // a chunk
	idle                 // nothing now: step again at a wake-up, or when due
	ended                // nothing ever again: err says why, nil at the end of the file
)

const (
	// lookEvery is how often the path is looked at while there is much to
	// read, so that new files are opened before a rotation deletes them.
	lookEvery = 50 * time.Millisecond
	// unsettledEvery is how often a half-done rotation is looked at.
	unsettledEvery = 5 * time.Millisecond
	// maxAhead bounds how many files are open before their turn.
	maxAhead = 8
)

// newFollower checks what it is given and opens the file if it is there.
func newFollower(name string, config Config, waker watch.Waker) (*follower, error) {
	cfg, err := config.withDefaults()
	if err != nil {
		return nil, named(quoted(name), err)
	}
	path, err := absolute(name)
	if err != nil {
		return nil, err
	}
	return follow(name, path, cfg, waker)
}

// absolute is the path that a name means now.
func absolute(name string) (string, error) {
	if name == "" {
		return "", named(quoted(name), errEmptyName)
	}
	path, err := filepath.Abs(name)
	if err != nil {
		return "", named(name, err)
	}
	return path, nil
}

// follow is newFollower for an absolute path and a Config that has its defaults.
func follow(name, path string, cfg *Config, waker watch.Waker) (*follower, error) {
	f := &follower{
		name: name, path: path, cfg: cfg, hub: watch.Default,
		turn: watch.Turn{Waker: waker}, work: &work{},
	}
	f.hub.Hold()
	followed := false
	defer func() {
		if !followed { // or a Logger has panicked
			f.close()
		}
	}()
	if err := f.first(); err != nil {
		return nil, named(name, err)
	}
	followed = true
	return f, nil
}

// step finds the next chunk, without ever waiting for one. The chunk's bytes
// are valid until the next step.
func (f *follower) step() (chunk, outcome) {
	f.lock()
	defer f.mu.Unlock()
	if f.closed {
		return chunk{}, ended
	}
	now := time.Now()
	for {
		c, out := f.try(now)
		if out == idle && f.arm(now) {
			continue // something may have happened before the watch stood
		}
		switch out {
		case found:
			f.stats.count(c)
		case idle:
			f.rest(now)
			if f.hub.ParkAlways && f.parked == nil && f.newest() != nil {
				f.park(f.compact())
			}
		case ended:
			f.giveBack()
		}
		return c, out
	}
}

// giveBack gives the buffers back at the end. Only a step may: the consumer has
// no bytes of them any more. Another step may come, and find more.
func (f *follower) giveBack() {
	for _, s := range f.sources {
		s.rest()
	}
}

func (f *follower) try(now time.Time) (chunk, outcome) {
	f.fresh, f.same = false, false
	switch {
	case f.err != nil:
		return chunk{}, ended
	case f.reads.waits(now):
		return chunk{}, idle
	}
	if c, ok := f.before(now); ok {
		return c, found
	}
	for f.reading < len(f.sources) {
		s := f.sources[f.reading]
		c, ok, err := f.read(s, now)
		if err != nil {
			return f.unreadable(s, err, now)
		}
		f.reads = retries{}
		if ok {
			return c, found
		}
		if s != f.sources[f.reading] {
			continue // copies of it were put before it
		}
		if !f.next(now) {
			break
		}
	}
	if f.newest() == nil && !f.fresh && f.look(now) {
		return f.try(now)
	}
	return f.atEnd(now)
}

// before hands out what comes before further reading: what is queued, and now
// and then late lines of files in their grace period.
func (f *follower) before(now time.Time) (chunk, bool) {
	if f.looked.IsZero() && !f.cfg.Follow {
		f.looked = now // nothing of it has been read, so that a look could tell nothing
	}
	if now.Sub(f.looked) >= lookEvery && len(f.sources)-f.reading <= maxAhead {
		f.look(now)
	}
	if now.Sub(f.late) >= lateEvery || slices.ContainsFunc(f.sources[:f.reading], (*source).owes) {
		if c, ok := f.readLate(now); ok {
			return c, true
		}
	}
	return f.dequeue()
}

func (f *follower) dequeue() (chunk, bool) {
	if len(f.queue) == 0 {
		return chunk{}, false
	}
	c := f.queue[0]
	f.queue = f.queue[1:]
	return c, true
}

// read reads s on until it brings something to hand out or its end is reached.
func (f *follower) read(s *source, now time.Time) (chunk, bool, error) {
	if c := s.lead; c.gap != nil {
		s.lead = chunk{}
		return c, true, nil
	}
	if f.isWhole(s) || f.same && s == f.newest() && !s.again {
		return chunk{}, false, nil
	}
	for {
		n, err := s.fill(now, f.cfg.Follow)
		if err == errRewritten { //nolint:errorlint // never wrapped
			return f.readRewritten(s, now)
		}
		if n == 0 || err != nil {
			s.empty = s.empty || err == nil && s.off == 0
			return chunk{}, false, err
		}
		if s.empty && f.copiedUnread(s, now) {
			return chunk{}, false, nil
		}
		s.empty, s.grew = false, now
		if c, ok := s.lines(n, f.cfg.MaxLineSize); ok {
			return c, true, nil
		}
	}
}

func (f *follower) readRewritten(s *source, now time.Time) (chunk, bool, error) {
	old := s.file
	f.rewritten(s, now)
	if c, ok := f.dequeue(); ok {
		return c, true, nil
	}
	if s.file != old && s == f.sources[f.reading] {
		return f.read(s, now)
	}
	return chunk{}, false, nil
}

// next goes on to the file behind the one whose end has been reached, if there
// is one, and reports whether there is more to read.
func (f *follower) next(now time.Time) bool {
	if f.reading == len(f.sources)-1 {
		// The file is read once more after its successor was seen: whatever
		// was written before the rotation comes first.
		return !f.isFinal(now) && !f.fresh && !f.isWhole(f.newest()) && f.look(now)
	}
	f.sources[f.reading].until = now.Add(max(0, f.cfg.GracePeriod))
	if f.reading++; f.reading > maxOld {
		f.late = time.Time{}
	}
	return true
}

// isWhole reports whether a file that is not followed has been read to its end:
// neither another read nor another look is needed to know.
func (f *follower) isWhole(s *source) bool {
	return !f.cfg.Follow && !f.final && s.drained && s.off == s.largest
}

// atEnd is what remains when nothing can be read: late lines, a last piece,
// the end, or waiting.
func (f *follower) atEnd(now time.Time) (chunk, outcome) {
	if c, ok := f.readLate(now); ok {
		return c, found
	}
	if c, ok := f.dequeue(); ok {
		return c, found
	}
	end := f.lastLook(now)
	if f.newest() != nil {
		s := f.sources[f.reading]
		end = end && !s.owes() || !f.cfg.Follow && (s.pipe == nil || s.eof)
		if end || !f.cfg.CompleteLines && now.Sub(s.grew) >= quietTime {
			if c, ok := s.piece(); ok {
				return c, found
			}
		}
	}
	if !end {
		return chunk{}, idle
	}
	return f.finish()
}

// finish tells what comes last.
func (f *follower) finish() (chunk, outcome) {
	if c := f.last; c != nil {
		f.last = nil
		return *c, found
	}
	if f.pathErr != nil {
		f.err = f.pathFailure()
	}
	return chunk{}, ended
}

// lastLook reports whether the path is of no interest any more, or has failed
// too often.
func (f *follower) lastLook(now time.Time) bool { return f.isFinal(now) || f.looks.tooMany() }

// unreadable deals with a read that failed: it is tried again a few times, in
// case the cause passes. A file that a network file system has lost is opened
// anew or, where it is not to be found, given up for what the name stands for
// next; any other error is the end.
func (f *follower) unreadable(s *source, err error, now time.Time) (chunk, outcome) {
	if errors.Is(err, errStale) {
		f.reopen(s) // for the next try
	}
	if f.reads.fail(now); !f.reads.tooMany() {
		f.logf("trying again to read: %v", named(f.name, err))
		return chunk{}, idle
	}
	if !errors.Is(err, errStale) || !f.cfg.ReOpen || s != f.newest() {
		f.err = named(f.name, err)
		return chunk{}, ended
	}
	gap := &Gap{Kind: GapUnreadable, Generation: s.file.Generation, Offset: s.off, Bytes: s.unread(), Unknown: true}
	f.stats.Seen += s.largest
	f.queue = append(f.queue, chunk{file: s.file, gap: gap})
	c, ok := s.piece()
	f.hub.Forget(&f.turn)
	s.close()
	f.sources = f.sources[:len(f.sources)-1]
	f.reads = retries{}
	f.logf("giving up a file: %v", named(f.name, err))
	if !ok {
		c, _ = f.dequeue()
	}
	return c, found
}

// begin is the offset at which the first file was begun.
func (f *follower) begin() int64 { return f.readStats().Skipped }

// nextDue is when to step again without a wake-up.
func (f *follower) nextDue() moment {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.due
}

// failure is why the follower ended: nil at the end of what there was to read.
func (f *follower) failure() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.parked != nil:
		return nil // it has not ended
	case f.closed && f.err == nil:
		return ErrClosed
	}
	return f.err
}

// close closes what is open. It waits for a step that is under way, which does
// not wait itself, and may be called at any time and again.
func (f *follower) close() {
	f.lock()
	defer f.mu.Unlock()
	if f.closed {
		return
	}
	f.stats = f.statsNow()
	f.closed = true
	f.hub.Forget(&f.turn)
	for _, s := range f.sources {
		s.close()
	}
	f.sources, f.queue, f.reading = nil, nil, 0
	f.closeDir()
	f.hub.Release()
}

// abandon is close where nobody refers to the one who should have called it. It does
// not keep the goroutine that the runtime has for such things.
func (f *follower) abandon() { go f.close() }

func (f *follower) logf(format string, args ...any) {
	f.cfg.Logger.Printf("tail: "+format, args...)
}
