// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"io"
	"time"
)

// This file brings what a Tail reads to its channel. Lines are made in batches,
// so that neither a line nor its text is an allocation of its own, and wait in
// the channel, so that the two goroutines need not meet for each.

const (
	// A consumer that keeps one line keeps its batch alive, which is so many
	// lines or bytes of text at most, or one line that is longer.
	batchLines, batchText = 64, 8 << 10
	// aheadLines and aheadBytes bound what waits in the channel. A single line
	// may be longer.
	aheadLines, aheadBytes = 256, 256 << 10
	lineSize               = 100 // of a Line, about, without its text
)

// place is where a line that was sent has its end.
type place struct {
	end int64 // in its file
	sum int64 // of the memory of all lines up to here
}

// told is the place of the last line that was received: the channel holds as
// many as have been sent since.
func (t *Tail) told() place { return t.sent[len(t.sent)-1-len(t.Lines)] }

// trim forgets the places before told.
func (t *Tail) trim() {
	keep := t.sent[len(t.sent)-1-len(t.Lines):]
	if len(keep) == 1 && cap(t.sent) > batchLines {
		t.sent = nil // it goes idle
	}
	t.sent = append(t.sent[:0], keep...)
}

// sendChunk sends the lines of a chunk. It reports false when the tail is
// killed first.
func (t *Tail) sendChunk(c chunk) bool {
	now := time.Now()
	for !c.empty() {
		if c.gap != nil && !t.ReportGaps {
			c.gap = nil
			continue
		}
		if len(t.sent) > 2*aheadLines {
			t.trim()
		}
		if t.killed() || !t.sendBatch(t.batch(&c, now)) {
			return false
		}
	}
	return true
}

// batch makes the next lines of a chunk.
func (t *Tail) batch(c *chunk, now time.Time) []Line {
	if c.gap != nil {
		return t.gapLine(c.next(0), now)
	}
	var lengths, ends [batchLines]int
	rest, n, end := c.data[c.pos:], 0, 0
	for n < batchLines && end < len(rest) {
		line, whole := cutLine(rest[end:], t.MaxLineSize)
		if n > 0 && end+whole > batchText {
			break // it begins the next batch
		}
		end += whole
		lengths[n], ends[n] = line, end
		n++
	}
	text := string(rest[:end])
	lines := make([]Line, n)
	start, num, begin := c.offset+int64(c.pos), t.nums[c.file], 0
	for i := range lines {
		l := &lines[i] // by its fields: to copy a whole Line costs more
		num++
		l.Text, l.Num, l.Time = text[begin:begin+lengths[i]], num, now
		begin = ends[i]
		l.SeekInfo.Offset, l.Generation = start+int64(begin), c.file.Generation
	}
	c.pos += end
	t.nums[c.file] = num
	t.forget(c.file.Generation)
	return lines
}

func (t *Tail) gapLine(gap Item, now time.Time) []Line {
	return []Line{{
		Num: t.nums[gap.File], Time: now, SeekInfo: SeekInfo{Offset: gap.End, Whence: io.SeekStart},
		Generation: gap.File.Generation, Gap: gap.Gap,
	}}
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

func (t *Tail) sendBatch(lines []Line) bool {
	sum := t.sent[len(t.sent)-1].sum
	room := sum+memoryOf(lines)-t.told().sum <= aheadBytes // more is received meanwhile, never less
	for i := range lines {
		l := &lines[i]
		sum += int64(len(l.Text)) + lineSize
		if t.RateLimiter != nil && !t.limitRate() || !room && !t.awaitRoom(sum) || !t.sendLine(l) {
			return false
		}
		t.sent = append(t.sent, place{end: l.SeekInfo.Offset, sum: sum})
	}
	t.answer()
	return true
}

// memoryOf is about that of the lines of a batch, or a little more.
func memoryOf(lines []Line) int64 {
	first, last := &lines[0], &lines[len(lines)-1]
	return int64(len(first.Text)) + last.SeekInfo.Offset - first.SeekInfo.Offset + lineSize*int64(len(lines))
}

// sendLine hands one line over. It reports false when the tail is killed first.
func (t *Tail) sendLine(l *Line) bool {
	select {
	case t.Lines <- l:
		return true
	default:
	}
	for {
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
			t.reply(answer)
		}
	}
}

// answer answers Tell, where a busy consumer lets nobody wait.
func (t *Tail) answer() {
	select {
	case answer := <-t.asks:
		t.reply(answer)
	default:
	}
}

func (t *Tail) reply(answer chan<- int64) {
	answer <- t.told().end
	t.g.answered()
}

// How often one looks whether the consumer of long lines has made room: nothing
// tells when a channel has fewer elements.
const shortestNap, longestNap = 50 * time.Microsecond, 5 * time.Millisecond

// awaitRoom waits until lines of sum fit in what may wait in the channel.
func (t *Tail) awaitRoom(sum int64) bool {
	for nap := shortestNap; len(t.Lines) > 0 && sum-t.told().sum > aheadBytes; nap = min(2*nap, longestNap) {
		if !t.nap(nap) {
			return false
		}
	}
	return true
}
