// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

var (
	errEmptyName = fmt.Errorf("the name of the file is empty: %w", fs.ErrInvalid)
	errDirectory = fmt.Errorf("cannot be followed: %w", syscall.EISDIR)
	errNotFile   = errors.New("is not a regular file (set Config.Pipe for a named pipe)")
	errNotPipe   = errors.New("is not a named pipe, as Config.Pipe says")
)

func quoted(name string) string {
	if name == "" {
		return strconv.Quote(name)
	}
	return name
}

// first opens the file where it exists. An error is one that waiting would not
// mend, or that the caller did not ask to wait for.
func (f *follower) first() error {
	info, err := fileid.Path(f.path)
	if err == nil {
		err = f.usable(info)
	}
	if err == nil {
		_, err = f.open(true)
	}
	switch {
	case err == nil:
		return nil
	case errors.Is(err, fs.ErrNotExist) && !f.cfg.MustExist:
	case f.cfg.ReOpen && !f.cfg.MustExist && passing(err):
	default:
		return err
	}
	f.miss(err)
	f.survey()
	return nil
}

// passing reports whether err may go away by itself, so that one who follows
// the name waits.
func passing(err error) bool {
	for _, e := range []error{fs.ErrNotExist, fs.ErrPermission, syscall.ENOTDIR, syscall.ELOOP, errInUse} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// usable says why a file cannot be followed: it is neither a regular one nor,
// where the caller said so, a named pipe.
func (f *follower) usable(info fileid.Info) error {
	switch {
	case info.Mode.IsDir():
		return errDirectory
	case f.cfg.Pipe && info.Mode&fs.ModeNamedPipe != 0:
	case f.cfg.Pipe:
		return errNotPipe
	case !info.Mode.IsRegular():
		return errNotFile
	}
	return nil
}

// look finds out what the path names now and reports whether that is a file
// which was not known; it is opened then. Nothing it meets is an error: the
// path may name something to follow again later.
func (f *follower) look(now time.Time) bool {
	f.looked, f.fresh, f.same = now, true, false
	switch {
	case f.isFinal(now):
		return false
	case !f.cfg.ReOpen && len(f.sources) > 0:
		f.glance()
		return false
	case f.sameByHandle(now):
		return false
	}
	f.pathLooked = now
	info, err := fileid.Path(f.path)
	if err == nil {
		err = f.usable(info)
	}
	if err == nil {
		if s := f.newest(); s != nil && s.id == info.ID {
			f.sameAgain(s, info)
			return false
		}
		var opened bool
		if opened, err = f.open(false); opened {
			f.rotating = false
			return true
		}
	}
	if err != nil {
		f.miss(err)
		return f.final && f.rotating && f.cfg.ReOpen && f.leftBehind()
	}
	return false
}

// sameAgain is what is done where the path names the newest file still.
func (f *follower) sameAgain(s *source, info fileid.Info) {
	f.appeared()
	f.rotating = false
	if f.blind {
		f.survey()
	}
	f.saw(s, info)
}

// reopen opens the newest file by its name again, because what is open is of no
// more use. Where what was read of it stands there, it is gone on with where it
// was; where nothing was read, and it is read only once, with what is there.
func (f *follower) reopen(s *source) {
	if s.pipe != nil || s != f.newest() {
		return
	}
	file, err := fileid.Open(f.path)
	if err != nil {
		return
	}
	unknown := s.off == 0 && !f.cfg.Follow // nothing has been read of it
	info, err := fileid.Handle(file)
	if err != nil || f.usable(info) != nil || !unknown && !s.copiedTo(file) {
		file.Close()
		return
	}
	f.hub.Forget(&f.turn)
	s.exchange(file, info)
	if unknown {
		s.largest = info.Size
	}
	f.logf("opened %s anew", f.name)
}

// pathEvery is how often a polled path is looked at while the open file says
// that nothing has been done to it: to see a link among the folders that was
// pointed elsewhere.
const pathEvery = time.Second

// lookAtPath is a look that does not go by what the open file says.
func (f *follower) lookAtPath(now time.Time) {
	f.pathLooked = time.Time{}
	f.look(now)
}

// sameByHandle asks the open file, which costs less than the path, whether it
// was written, renamed or deleted since the last look at the path.
func (f *follower) sameByHandle(now time.Time) bool {
	s := f.newest()
	if s == nil || f.missing || f.blind || f.rotating || !f.cfg.Poll || now.Sub(f.pathLooked) >= pathEvery {
		return false
	}
	info, err := fileid.Handle(s.f)
	if err != nil || info.Changed == 0 || info.Changed != s.info.Changed || info.Links != s.info.Links {
		return false
	}
	f.saw(s, info)
	return true
}

// glance looks at a file whose name is of no interest.
func (f *follower) glance() {
	s := f.newest()
	if s.pipe != nil {
		return
	}
	if info, err := fileid.Handle(s.f); err == nil {
		f.saw(s, info)
	}
}

// saw notes what is seen of the newest file, and reports what was cut off it.
func (f *follower) saw(s *source, info fileid.Info) {
	if cut := s.cutBy(info); cut > 0 && f.isCut(s) {
		gap := &Gap{Kind: GapTruncated, Generation: s.file.Generation, Offset: info.Size, Bytes: cut, Unknown: true}
		f.stats.Seen += cut
		s.largest = info.Size
		if s.off == 0 {
			s.head = beginning{} // what it begins with is told to be gone
		}
		// What is left before the gap is still to be read.
		f.queue = append(f.queue, chunk{file: s.file, offset: s.off - s.held(), gap: gap})
	}
	f.same = s.saw(info)
}

// isCut reports whether a file that is shorter than it was has lost its end. It
// may have been copied and written anew: then the copies are found when it is
// read.
func (f *follower) isCut(s *source) bool {
	if s.off > 0 {
		return s.copiedTo(s.f)
	}
	if !f.cfg.ReOpen {
		return true
	}
	s.empty = true
	l := f.siblings(numbered) // one that cannot be told now is asked for again then
	if _, fresh, _ := f.sift(l.files, nil, s.id); len(fresh) > 0 {
		return false
	}
	if s.head.n > 0 {
		copies, _ := f.siftCopies(f.siblings(all).files, s)
		s.gone = len(copies) > 0
	}
	return !s.gone
}

// miss notes that the path names nothing that can be followed now.
func (f *follower) miss(err error) {
	f.missing = true
	if !f.final && !f.settling(f.looked) {
		f.unsettled = time.Time{} // the rotation that was under way has ended in nothing
	}
	failure := (*fs.PathError)(nil)
	f.hindered = errors.As(err, &failure) && !passing(err)
	if errors.Is(err, syscall.EIO) || f.final && (f.hindered || errors.Is(err, fs.ErrPermission) || errors.Is(err, errInUse)) {
		f.pathErr = err
		f.looks.fail(f.looked)
	} else {
		f.pathErr, f.looks = nil, retries{}
	}
	if text := err.Error(); text != f.complaint {
		f.complaint = text
		f.logf("waiting for %s: %v", f.name, err)
	}
}

// appeared notes that the path names something to follow.
func (f *follower) appeared() {
	f.missing, f.hindered, f.complaint, f.pathErr, f.looks = false, false, "", nil, retries{}
	f.last = nil // what comes after the last file is told before this one
}

// newest is the file that has the name, or had it last; nil where there are only
// those in their grace period.
func (f *follower) newest() *source {
	if f.reading >= len(f.sources) {
		return nil
	}
	return f.sources[len(f.sources)-1]
}

// open opens what the path names and appends it, unless it is the newest file
// again. Where initial is set, it was there at the start.
func (f *follower) open(initial bool) (bool, error) {
	file, err := f.openFile()
	if err != nil {
		return false, err
	}
	var s *source
	defer func() {
		if !slices.Contains(f.sources, s) { // for a Logger that panics, too
			file.Close()
		}
	}()
	info, err := fileid.Handle(file)
	if err == nil {
		err = f.usable(info)
	}
	if err != nil {
		return false, err
	}
	f.appeared()
	old := f.newest()
	if old != nil && old.id == info.ID {
		return false, nil
	}
	s = &source{f: file, id: info.ID, info: info, largest: info.Size}
	switch {
	case f.cfg.Pipe:
		s.pipe = newPipe(fileid.OSFile(file), f.cfg.Follow, f.turn.Waker)
		f.add(s)
	case initial:
		off, err := f.start(file, info.Size)
		if err != nil {
			return false, err
		}
		if off > 0 || f.cfg.Follow { // else it is whatever it holds by the first read
			s.beginAt(off)
		}
		f.stats.Skipped = off
		f.add(s)
		f.survey()
	case !f.cfg.ReOpen:
		f.add(s) // the first, and what is beside it is of no matter
	case !f.succeed(old, s):
		return false, nil
	}
	return true, nil
}

func (f *follower) openFile() (*fileid.File, error) {
	if f.cfg.Pipe {
		return fileid.OpenPipe(f.path, f.cfg.Follow)
	}
	return fileid.Open(f.path)
}

// succeed appends the file that follows old under the name, and before it those
// that came and went between; old is nil where the name was missing before. A gap
// for what may be missing comes first. It reports false where the files have not
// come to rest.
func (f *follower) succeed(old, s *source) bool {
	between, gap, ok := f.unseen(old, s, f.looked)
	if !ok {
		return false
	}
	if slices.ContainsFunc(between, func(b *source) bool { return b.largest >= s.largest }) {
		s.shrunk()
	}
	between = append(between, s)
	f.addAll(between, gap)
	if f.locate() {
		f.moved(s)
	}
	if old != nil {
		f.logf("%s is a new file: going on with it (%d came and went between)", f.name, len(between)-1)
	}
	return true
}

// addAll appends those that came one after another, and before them a gap, if any.
func (f *follower) addAll(list []*source, gap *Gap) {
	for _, s := range list {
		f.add(s)
	}
	if gap != nil {
		list[0].lead = chunk{file: list[0].file, gap: gap}
	}
	f.stats.Rotations += len(list)
}

// shrunk notes the size of a file which is shorter than when it was opened: it has
// been copied meanwhile, and is to be read there as far as it was seen.
func (s *source) shrunk() {
	if info, err := fileid.Handle(s.f); err == nil && info.Size < s.largest {
		s.info, s.largest = info, info.Size
	}
}

// add appends a source as the next generation.
func (f *follower) add(s *source) {
	f.stats.Generation++
	s.file = &File{Path: f.name, Generation: f.stats.Generation}
	f.sources = append(f.sources, s)
	if f.final {
		s.fix()
	}
}

// noLimit ends the reading at the end of the file.
const noLimit = 1 << 62
