// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"bytes"
	"log"
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

// maxLineSize bounds the memory that one line can take. Lima's longest are
// dumps of a configuration, well under 100 kB.
const maxLineSize = 4 << 20

// An Option changes how logs are watched.
type Option func(*options)

type options struct {
	logger logr.Logger // the zero value discards
	config tail.Config
}

// WithLogger passes the lines of the hostagent's stderr on to logger, under
// the name "hostagent", and tells it what is skipped, lost or rotated. Without it, or with a
// logger that discards, stderr is read all the same and thrown away.
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

func newOptions(opts []Option) options {
	o := options{config: tail.Config{
		Follow:        true,
		ReOpen:        true, // each start of a hostagent makes new files
		CompleteLines: true, // half a line of JSON is no event
		MaxLineSize:   maxLineSize,
	}}
	for _, opt := range opts {
		opt(&o)
	}
	o.config.Logger = log.New(notices{o.logger}, "", 0)
	return o
}

// notices passes on what package tail has to say: rotations, what it waits for,
// and where it polls because the kernel has no events to offer.
type notices struct{ logger logr.Logger }

func (n notices) Write(p []byte) (int, error) {
	n.logger.V(1).Info(string(bytes.TrimSpace(p)))
	return len(p), nil
}
