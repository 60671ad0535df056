// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"log"
	"syscall"
	"time"

	"github.com/go-logr/logr"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// The keys under which a logger gets what a line of the hostagent's stderr says
// of itself. They are not plain "level" and "time", because most loggers write
// those for themselves.
const (
	LevelKey = "hostagentLevel" // a string: logrus's name, such as "warning"
	TimeKey  = "hostagentTime"  // a time.Time, in whole seconds
)

// defaultMaxLineSize bounds the memory that one line can take. Lima's longest
// are dumps of a configuration, well under 100 kB.
const defaultMaxLineSize = 4 << 20

// lookInterval is how often UntilGone looks for the folder of a silent log.
const lookInterval = time.Second

// An Option changes how logs are watched.
type Option func(*options)

type options struct {
	logger     logr.Logger // the zero value discards
	config     tail.Config
	begin      time.Time
	onBadLine  func(*LineError) error // nil logs
	reasonWait time.Duration

	untilExited, untilReplaced, untilGone bool
}

// WithLogger passes the lines of the hostagent's stderr on to logger, under
// the name "hostagent", and tells it what is skipped, lost or rotated. Without
// it, or with a logger that discards, stderr is read all the same and thrown
// away.
//
// A line of Lima's JSON log keeps its message. Its level and time are the
// values [LevelKey] and [TimeKey], its other fields follow by their own names
// in alphabetical order. Levels map to logr's thus: trace is V(2), debug V(1),
// info and warning V(0); error, fatal and panic go to Error, with the field
// "error" as the error. Any other line is passed on as an info message, as it
// is.
func WithLogger(logger logr.Logger) Option {
	return func(o *options) { o.logger = logger }
}

// WithPolling looks for news every interval and asks the kernel for no events.
// It is for file systems that send none and are not recognised as such by
// themselves. An interval of zero is the default of package tail, 250 ms.
func WithPolling(interval time.Duration) Option {
	return func(o *options) { o.config.Poll, o.config.PollInterval = true, interval }
}

// WithBegin leaves out events older than begin, and lines of stderr older by
// more than a second. It is the begin of [Watch], for [Events]. A zero begin,
// which is the default, leaves out nothing.
func WithBegin(begin time.Time) Option {
	return func(o *options) { o.begin = begin }
}

// WithMaxLineSize is the longest line that is taken, in bytes; 0 is the default
// of 4 MiB. A longer line of stdout is a bad line, and is told of once; a longer
// line of stderr comes in pieces. A few times as much is held in memory at most
// while such a line is read.
func WithMaxLineSize(bytes int) Option {
	if bytes == 0 {
		bytes = defaultMaxLineSize
	}
	return func(o *options) { o.config.MaxLineSize = bytes }
}

// WithBadLine has a line of stdout that is no event given to onBadLine, instead
// of being logged. Where that returns nil the line is skipped, as it is without
// this option; an error ends the watch and is returned as it is. To end at the
// first bad line, return the line's own error.
func WithBadLine(onBadLine func(*LineError) error) Option {
	return func(o *options) { o.onBadLine = onBadLine }
}

// WithReasonWait holds an exiting event back until stderr has brought a reason
// for it, for as long as wait at most; see [Event.ExitReason]. Lima logs the
// reason some milliseconds after the event, and none at all after an orderly
// stop. A line that is older than the event by more than a second does not end the
// wait, nor an error without a time.
//
// The default is 0: what stderr holds already is read, and nothing is waited for;
// nor is it for an event that was there before the watch. The wait ends early where
// stdout brings hundreds of lines meanwhile, or an end is met that [UntilReplaced]
// or [UntilGone] asks for.
func WithReasonWait(wait time.Duration) Option {
	return func(o *options) { o.reasonWait = wait }
}

// UntilExited ends the watch after the exiting event, with an error that is
// [ErrExited] and has the reason behind it, if there is one.
func UntilExited() Option {
	return func(o *options) { o.untilExited = true }
}

// UntilReplaced takes only the file that ha.stdout.log names now, or the first
// that will be there, and needs no wall clock to tell its events from those of
// other runs. Once another file has taken its place and holds a line, the watch
// ends with [ErrReplaced]; the old file has been read to its end then. A
// truncated file counts as another one.
//
// It is for whoever starts a hostagent on new files, and for a look at one run.
func UntilReplaced() Option {
	return func(o *options) { o.untilReplaced = true }
}

// UntilGone ends the watch with [ErrGone] when the folder of ha.stdout.log is not
// there, or is a file, as after the deletion of an instance, once all that could be read has
// been handed over. It is looked for each second in which there is no event, or
// as often as [WithPolling] says.
func UntilGone() Option {
	return func(o *options) { o.untilGone = true }
}

func newOptions(opts []Option) options {
	o := options{config: tail.Config{
		Follow:        true,
		ReOpen:        true, // each start of a hostagent makes new files
		CompleteLines: true, // half a line of JSON is no event
		MaxLineSize:   defaultMaxLineSize,
	}}
	for _, opt := range opts {
		opt(&o)
	}
	o.config.Logger = log.New(notices{o.logger}, "", 0)
	return o
}

// lookEvery is how often there is a look for the logs' folder.
func (o options) lookEvery() time.Duration {
	if o.config.Poll && o.config.PollInterval > 0 {
		return o.config.PollInterval
	}
	return lookInterval
}

// notices passes on what package tail has to say: rotations, what it waits for,
// and where it polls because the kernel has no events to offer. A log that has
// become a directory is said aloud: it is waited for, and may be so for ever.
type notices struct{ logger logr.Logger }

func (n notices) Write(p []byte) (int, error) {
	verbosity := 1
	if bytes.Contains(p, []byte(syscall.EISDIR.Error())) {
		verbosity = 0
	}
	n.logger.V(verbosity).Info(string(bytes.TrimSpace(p)))
	return len(p), nil
}
