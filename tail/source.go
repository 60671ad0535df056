// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"bytes"
	"errors"
	"hash/maphash"
	"io"
	"sync"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

const (
	// bufSize is how much is read at a time.
	bufSize = 128 << 10
	// overlap is how many bytes before the offset are read again with the new
	// ones, to see that the file is still the one that was read.
	overlap = 1 << 10
)

// source is one generation: an open file, how far it has been read, and what
// of it has not been handed out.
type source struct {
	file        *File
	f           *fileid.File
	id          fileid.ID
	sub         *watch.Sub // nil while it is polled
	unwatchable bool       // and is polled for that reason
	askable     bool       // the hub may ask it
	asked       bool       // whether it may has been found out
	pipe        *pipe      // reads a named pipe; nil for a file
	eof         bool       // the pipe has come to its end

	// buf[r:w] has been read and not been handed out; it holds no whole line
	// between steps. What lies before r serves the comparison. buf is nil
	// while the source is idle and holds nothing back, and mark stands for
	// the bytes before off then.
	buf  []byte
	r, w int
	off  int64 // in the file, of buf[w]: where the next read begins
	mark mark
	head beginning
	// begun is when they were last looked at.
	begun time.Time

	final bool  // read to limit and no further
	limit int64 // counts where final
	again bool  // read once more, though limit has been reached

	info      fileid.Info // as the path showed it when it was last looked at
	drained   bool        // the last read found the end or, where it is not followed, came to the size that was seen
	drainedAt time.Time   // of the last read
	empty     bool        // nothing was found at its beginning, and nothing has come since
	gone      bool        // what it held when it was opened is in a copy

	largest int64     // the largest size that was seen
	grew    time.Time // when a read last brought bytes
	until   time.Time // end of the grace period, once it runs
	reads   retries   // in it
	lead    chunk     // a gap that is told before anything of this file
}

var buffers = sync.Pool{New: func() any { return new([bufSize]byte) }}

// fill reads what follows off and returns how much that was. It returns
// errRewritten where the bytes before off are not what they were; the new
// bytes come with them in one system call. The file's first bytes are looked at behind that,
// now and then: what stands before off may be the same by chance.
func (s *source) fill(now time.Time, followed bool) (int, error) {
	if s.atLimit() {
		return 0, nil
	}
	end := s.room()
	if s.pipe != nil {
		return s.drink(end)
	}
	o := min(s.w, overlap)
	var was [overlap]byte
	known := was[:copy(was[:], s.buf[s.w-o:s.w])]
	n, err := s.reread(s.buf[s.w-o:end], o, followed)
	if err != nil {
		copy(s.buf[s.w-o:], known)
		return 0, err
	}
	got := s.buf[s.w-o : s.w-o+n]
	if !s.same(got, known) || (n > o || s.off > 0) && !s.begins(got, s.w+n-o == end, now) {
		copy(s.buf[s.w-o:], known)
		s.forget(s.reach(n-o, end))
		return 0, errRewritten
	}
	s.mark, s.drainedAt, s.again = mark{}, now, false
	s.w += n - o
	s.off += int64(n - o)
	s.largest = max(s.largest, s.off)
	s.drained = n == o || !followed && s.w < end && s.off == s.info.Size
	if n > o && (s.head.n < overlap || s.off < overlap) {
		s.head = s.headNow()
	}
	return n - o, nil
}

// atLimit reports whether all has been read that is to be.
func (s *source) atLimit() bool { return s.final && s.off >= s.limit && !s.again }

// owes reports whether more is to be read, though all has been that there was.
func (s *source) owes() bool { return s.again || s.expected() }

// reach is where the file may end after a read that brought so much behind off: one
// that filled the buffer does not tell.
func (s *source) reach(fresh, end int) int64 {
	if s.w+fresh == end {
		return s.largest
	}
	return s.off + int64(fresh)
}

// headNow is the file's beginning, some of which has just come.
func (s *source) headNow() beginning {
	if s.off == int64(s.w) { // the buffer holds the whole file
		return beginningOf(s.buf[:s.w])
	}
	return head(s.f)
}

// reread reads into b, whose first o bytes were read before. A read is not one
// moment: a file that is truncated and written meanwhile may show the old bytes, then
// zeros, then new ones. So at the end of a file that is followed, and where there are
// such zeros, what came counts once the same comes again.
func (s *source) reread(b []byte, o int, followed bool) (int, error) {
	n, err := s.readOn(b, o)
	for range maxFailures {
		doubtful := followed && n < len(b) || zeroed(b[:n], s.off-int64(o))
		if err != nil || n <= o || !doubtful {
			break
		}
		before := maphash.Bytes(markSeed, b[:n])
		if n, err = fileid.ReadFull(s.f, b[:n], s.off-int64(o)); maphash.Bytes(markSeed, b[:n]) == before {
			break
		}
	}
	return n, err
}

// zeroed reports whether b, which was read from off on, may have been filled with
// zeros under the reader's hands: Linux does that to the page in which the end of
// a file is that is being truncated, and a page is a multiple of 4 KiB.
func zeroed(b []byte, off int64) bool {
	const page = 4 << 10
	for i := page - 1 - int(off%page); i < len(b); i += page {
		if b[i] == 0 {
			return true
		}
	}
	return len(b) > 0 && b[len(b)-1] == 0
}

// readOn reads into b. A read that ends before it came to anything behind the
// first o bytes is gone on with: it is no end of the file.
func (s *source) readOn(b []byte, o int) (int, error) {
	off := s.off - int64(o)
	n, err := fileid.ReadAt(s.f, b, off)
	for more := n; more > 0 && n < o && err == nil; n += more {
		more, err = fileid.ReadAt(s.f, b[n:], off+int64(n))
	}
	return n, err
}

// beginsEvery is how often the first bytes of a file are looked at. While there is much
// to read it is lookEvery, so that this does not double the reads of a slow consumer.
const beginsEvery = time.Millisecond

// begins reports whether the file begins as it did, where got has just been read
// of it, and there is much more if it filled the buffer. One that cannot be asked now
// is asked with the next bytes.
func (s *source) begins(got []byte, filled bool, now time.Time) bool {
	every := beginsEvery
	if filled {
		every = lookEvery
	}
	switch {
	case s.head.n == 0:
		return true
	case s.off == 0: // nothing had been read: got is the beginning
		return !s.gone && (len(got) < s.head.n || markOf(got[:s.head.n]) == s.head.mark)
	case s.off <= overlap || now.Sub(s.begun) < every:
		return true // what stands before off is the beginning
	}
	var b [overlap]byte
	n, err := fileid.ReadFull(s.f, b[:s.head.n], 0)
	if err != nil {
		return true
	}
	if markOf(b[:n]) != s.head.mark {
		return false // and is asked again, until that has been dealt with
	}
	s.begun = now
	return true
}

// markNow is the mark of the bytes before off.
func (s *source) markNow() mark {
	if s.buf == nil || s.mark.n > 0 {
		return s.mark
	}
	return markOf(s.buf[:s.w])
}

// drink is fill for a named pipe.
func (s *source) drink(end int) (int, error) {
	n, err := s.pipe.take(s.buf[s.w:end])
	s.w += n
	s.off += int64(n)
	s.largest = s.off
	if errors.Is(err, io.EOF) {
		s.eof, err = true, nil
	}
	return n, err
}

// freshTime is how long after a change of a file another one may have the same
// time: file systems count in steps, and so do clocks.
const freshTime = 2 * time.Second

// cutBy is the number of bytes that were seen, had not been read, and are not
// there any more. A cut into what had been read is found by reading.
func (s *source) cutBy(info fileid.Info) int64 {
	if info.Size < s.info.Size && info.Size >= s.off {
		return s.largest - info.Size
	}
	return 0
}

// saw notes what the path shows of the file, and reports whether it is the same as
// before: if size and time are what they were at the look before, and the last read
// came so long after that time that no later change can share it.
func (s *source) saw(info fileid.Info) (same bool) {
	s.largest = max(s.largest, info.Size)
	same = !fileid.TimesLag && info.Size == s.off && info.Size == s.info.Size &&
		info.ModTime.Equal(s.info.ModTime) && s.readSince(info)
	s.info = info
	return same
}

// readSince reports whether the end was found so long after the file was changed
// that a further change would have another time.
func (s *source) readSince(info fileid.Info) bool {
	changed := info.ModTime
	if info.Changed != 0 {
		changed = time.Unix(0, info.Changed)
	}
	return s.drained && s.drainedAt.Sub(changed) > freshTime
}

// beginAt makes off the place where reading begins. The file's beginning is what stands
// before that; only where nothing does, it is what is still to be read.
func (s *source) beginAt(off int64) {
	s.off = off
	n := min(off, overlap)
	var b [overlap]byte
	if got, err := fileid.ReadFull(s.f, b[:n], off-n); err != nil || int64(got) != n {
		return
	}
	s.mark = markOf(b[:n])
	if 0 < off && off < overlap {
		s.head = beginningOf(b[:n])
	} else {
		s.head = head(s.f)
	}
}

// same reports whether got starts with the bytes that were read before: known,
// or those that mark stands for.
func (s *source) same(got, known []byte) bool {
	if len(got) < len(known) {
		return false
	}
	got = got[:len(known)]
	if s.mark.n > 0 {
		return markOf(got) == s.mark
	}
	return bytes.Equal(got, known)
}

// room makes place behind buf[w] and returns where it ends.
func (s *source) room() int {
	if s.buf == nil {
		s.buf = buffers.Get().(*[bufSize]byte)[:]
		s.r, s.w = s.mark.n, s.mark.n
	}
	if free := len(s.buf) - s.w; free < len(s.buf)/4 || len(s.buf) < bufSize {
		s.move()
	}
	end := len(s.buf)
	if s.final {
		end = int(min(int64(end), int64(s.w)+max(0, s.limit-s.off)))
	}
	return end
}

// move brings what is still needed to the front of the buffer, or of a larger
// one where that would not make enough place.
func (s *source) move() {
	from := min(s.r, max(0, s.w-overlap))
	need := s.w - from
	to := s.buf
	switch {
	case len(to) < bufSize:
		to = buffers.Get().(*[bufSize]byte)[:]
	case need > len(to)/2 || need > bufSize/4 && len(to) == bufSize:
		to = make([]byte, 2*len(to))
	}
	copy(to, s.buf[from:s.w])
	s.release(to)
	s.r, s.w = s.r-from, need
}

// rest gives the buffer back while nothing is to be read. A piece of a line
// that is held back moves to a buffer of its size.
func (s *source) rest() {
	switch {
	case s.buf == nil:
	case s.r == s.w:
		s.mark = s.markNow()
		s.release(nil)
		s.r, s.w = 0, 0
	case s.w < len(s.buf)/4:
		from := min(s.r, max(0, s.w-overlap))
		small := bytes.Clone(s.buf[from:s.w])
		s.release(small)
		s.r, s.w = s.r-from, len(small)
	}
}

// release replaces the buffer and gives the old one back if it was a common one.
func (s *source) release(to []byte) {
	if len(s.buf) == bufSize && (len(to) == 0 || &to[0] != &s.buf[0]) {
		buffers.Put((*[bufSize]byte)(s.buf))
	}
	s.buf = to
}

// lines takes the whole lines out of the buffer, whose last fresh bytes have
// just been read. Where there are none but more than limit bytes wait for
// their newline, it takes pieces of that size.
func (s *source) lines(fresh, limit int) (chunk, bool) {
	if i := lastNewline(s.buf[s.w-fresh : s.w]); i >= 0 {
		return s.cut(s.w - fresh + i + 1), true
	}
	if held := s.w - s.r; limit > 0 && held > limit {
		return s.cut(s.r + (held-1)/limit*limit), true
	}
	return chunk{}, false
}

// lastNewline is where the last newline of b is, or -1. The search from the end
// that package bytes has takes one byte after the other: for long lines more
// time than to read them. The one from the start takes many.
func lastNewline(b []byte) int {
	const block = 4 << 10
	for end := len(b); end > 0; end -= min(end, block) {
		start := max(0, end-block)
		if bytes.IndexByte(b[start:end], '\n') >= 0 {
			return start + bytes.LastIndexByte(b[start:end], '\n')
		}
	}
	return -1
}

// piece takes all that is left, whole line or not.
func (s *source) piece() (chunk, bool) {
	if s.r == s.w {
		return chunk{}, false
	}
	return s.cut(s.w), true
}

func (s *source) cut(to int) chunk {
	c := chunk{file: s.file, offset: s.off - int64(s.w-s.r), data: s.buf[s.r:to]}
	s.r = to
	return c
}

// held is the number of bytes that were read and not handed out.
func (s *source) held() int64 { return int64(s.w - s.r) }

// unread is the number of bytes that were seen in the file's size and not read.
func (s *source) unread() int64 { return max(0, s.largest-s.off) }

// takeOver makes s go on where old was cut off, in another file that holds the
// same bytes up to there.
func (s *source) takeOver(old *source) {
	s.file, s.off, s.grew = old.file, old.off, old.grew
	s.head, s.mark = old.head, old.mark
	s.buf, s.r, s.w = bytes.Clone(old.buf), old.r, old.w
	s.largest = max(s.off, s.largest)
	s.final, s.limit = true, s.largest
}

// cutOff is the gap behind a copy whose original was truncated.
func (s *source) cutOff() chunk {
	return chunk{file: s.file, gap: &Gap{
		Kind: GapTruncated, Generation: s.file.Generation, Offset: s.limit, Unknown: true,
	}}
}

// anew makes s one of which nothing has been read, and so much has been seen.
func (s *source) anew(size int64) {
	s.release(nil)
	s.r, s.w, s.off, s.mark, s.head = 0, 0, 0, mark{}, beginning{}
	s.largest, s.info, s.drained, s.gone, s.again = size, fileid.Info{Size: size}, false, false, true
}

// neverRead is the gap of what was seen behind off, and is not there any more or
// could not be read.
func (s *source) neverRead() *Gap {
	gap := &Gap{Kind: GapUnreadable, Generation: s.file.Generation, Offset: s.off, Bytes: s.unread(), Unknown: true}
	if info, err := fileid.Handle(s.f); err == nil && info.Size <= s.off && s.reads.failures == 0 {
		gap.Kind = GapTruncated
	}
	return gap
}

// exchange goes on with another handle of the same content.
func (s *source) exchange(file *fileid.File, info fileid.Info) {
	if s.sub != nil {
		s.sub.Close()
		s.sub = nil
	}
	s.f.Close()
	s.f, s.id, s.info, s.drained, s.asked = file, info.ID, fileid.Info{}, false, false
}

// close ends the source. Its buffer is left to the garbage collector: a
// consumer may still hold lines of it.
func (s *source) close() {
	if s.sub != nil {
		s.sub.Close() // first: the watch may be named after the descriptor
		s.sub = nil
	}
	if s.pipe != nil {
		s.pipe.close()
	}
	s.f.Close() // opened for reading only: nothing can be lost here
	s.buf = nil
}
