// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"fmt"
	"io"
	"log"
	"math"
	"reflect"
	"time"
)

// Defaults of Config.
const (
	// DefaultPollInterval is how often a polled file is looked at.
	DefaultPollInterval = 250 * time.Millisecond
	// DefaultGracePeriod is how long a file that was rotated away is read on.
	DefaultGracePeriod = 2 * time.Second
)

// longestInterval is the longest PollInterval.
const longestInterval = 24 * time.Hour

// quietTime is how long a file must not have grown before its last piece of a
// line is handed out unfinished, so that a writer between two writes is not
// torn.
const quietTime = 250 * time.Millisecond

// Config says how a file is followed. The zero value reads the file once from
// its beginning to its end, waiting for it to appear.
//
// The first ten fields are those of nxadm/tail and mean the same.
type Config struct {
	// Location is where to start; nil is the beginning of the file. It counts
	// for a file that is there at the start: one that appears later is read
	// from its beginning. An offset behind the end starts at the beginning:
	// the file is another one.
	Location *SeekInfo
	// ReOpen follows the name rather than the file (tail -F): after a rotation
	// it goes on with the new file. It needs Follow.
	ReOpen bool
	// MustExist makes a missing file an error at the start.
	MustExist bool
	// Poll looks at the file every PollInterval instead of having the kernel
	// tell of changes.
	Poll bool
	// Pipe says that the file is a named pipe.
	Pipe bool

	// Follow waits for more at the end of the file (tail -f).
	Follow bool
	// MaxLineSize, in bytes, cuts longer lines into pieces of that size. It
	// bounds what is held in memory; 0 is no bound.
	MaxLineSize int
	// CompleteLines holds a last piece without newline back until its file
	// can no longer grow. Otherwise it is handed out once the file has not
	// grown for 250 ms, and the rest of the line later.
	CompleteLines bool

	// RateLimiter slows a Tail down; nil does not. No line is dropped: the
	// file is read more slowly. A Reader, Group or Stream ignores it. It must not
	// ask anything of its Tail.
	RateLimiter RateLimiter

	// Logger is told of rotations, fallbacks and what is waited for. Nothing
	// is logged where it is nil. Several goroutines may call it at once, as they
	// may a [log.Logger]; it must not ask anything of what it is the Logger of.
	Logger logger

	// PollInterval is how often a polled file is looked at; 0 is
	// [DefaultPollInterval], more than a day is a day.
	PollInterval time.Duration
	// GracePeriod is how long a file that was rotated away is read on, for a
	// writer that still holds it; 0 is [DefaultGracePeriod], a negative one
	// none.
	GracePeriod time.Duration
	// LastLines starts at the last so many lines; 0 leaves the start to
	// Location.
	LastLines int
	// ReportGaps makes a Tail deliver gaps as Lines whose Gap is set and whose
	// Text is empty. A Reader or Group reports them always.
	ReportGaps bool
}

// SeekInfo is a place in a file, as [io.Seeker] takes it.
type SeekInfo struct {
	Offset int64
	Whence int // io.SeekStart, io.SeekCurrent (the same here) or io.SeekEnd
}

// A RateLimiter says whether so much more may be delivered now. The leaky
// bucket of nxadm/tail is one; a line pours 1.
type RateLimiter interface {
	Pour(amount uint16) bool
}

// withDefaults returns the configuration with its defaults filled in, or what
// is wrong with it.
func (c Config) withDefaults() (*Config, error) {
	if err := c.check(); err != nil {
		return nil, err
	}
	if c.PollInterval == 0 {
		c.PollInterval = DefaultPollInterval
	}
	c.PollInterval = min(c.PollInterval, longestInterval) // so that a multiple of it is a Duration
	if c.GracePeriod == 0 {
		c.GracePeriod = DefaultGracePeriod
	}
	if l, ok := c.Logger.(*log.Logger); c.Logger == nil || ok && l == nil {
		c.Logger = DiscardingLogger
	}
	if v := reflect.ValueOf(c.RateLimiter); v.Kind() == reflect.Pointer && v.IsNil() {
		c.RateLimiter = nil // a nil bucket is no bucket
	}
	return &c, nil
}

// comparable reports whether c may be compared with another: what a caller gives may
// be of a type that cannot.
func (c *Config) comparable() bool {
	isComparable := func(v any) bool { return v == nil || reflect.ValueOf(v).Comparable() }
	return isComparable(c.Logger) && isComparable(c.RateLimiter)
}

func (c Config) check() error {
	switch {
	case c.ReOpen && !c.Follow:
		return errors.New("ReOpen needs Follow: without it the file is read only once")
	case c.ReOpen && c.Pipe:
		return errors.New("ReOpen and Pipe exclude each other: a named pipe has no rotation")
	case c.MaxLineSize < 0 || c.MaxLineSize > math.MaxInt32:
		return fmt.Errorf("MaxLineSize is %d: it must be from 0 (no limit) to %d", c.MaxLineSize, math.MaxInt32)
	case c.PollInterval < 0:
		return fmt.Errorf("PollInterval is %v: it must not be negative", c.PollInterval)
	case c.LastLines < 0:
		return fmt.Errorf("LastLines is %d: it must not be negative", c.LastLines)
	case c.LastLines > 0 && c.Location != nil:
		return errors.New("LastLines and Location exclude each other: both say where to start")
	case c.Location != nil:
		return c.Location.check()
	}
	return nil
}

func (s SeekInfo) check() error {
	switch s.Whence {
	case io.SeekStart, io.SeekCurrent:
		if s.Offset < 0 {
			return fmt.Errorf("Location is %d bytes from the start: it must not be negative", s.Offset)
		}
	case io.SeekEnd:
		if s.Offset > 0 {
			return fmt.Errorf("Location is %d bytes behind the end: it must not be positive", s.Offset)
		}
	default:
		return fmt.Errorf("Location has Whence %d: it must be io.SeekStart, io.SeekCurrent or io.SeekEnd", s.Whence)
	}
	return nil
}
