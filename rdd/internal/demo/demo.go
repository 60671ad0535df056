// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package demo shows the whole chain at work: a real Lima hostagent on a
// namespace guest writes its log, the log is followed, and each event is shown
// with the phase that it leads to.
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
)

const (
	// DefaultTimeout is how long a guest may take to run; it takes about a
	// second.
	DefaultTimeout = time.Minute

	// stopTimeout bounds the end of the hostagent, from being asked to.
	stopTimeout = 15 * time.Second
	// lastEventTimeout bounds how long the last event may take from the log to
	// the screen, once the hostagent has ended. There may be none after a
	// failure.
	lastEventTimeout = 5 * time.Second
	lastEventFailed  = time.Second
)

// Options are what a demo can be told.
type Options struct {
	// Out takes what the demo shows. That it does not take all is an error.
	Out io.Writer
	// Recording plays a recording even where a guest can be had.
	Recording bool
	// Timeout is how long the guest may take to run; zero is DefaultTimeout,
	// less is an error.
	Timeout time.Duration

	template []byte // lima.yaml of the guest; nil is nsguest.Template
}

// Run runs the demo and returns when nothing is left of it: no process, mount,
// socket or folder. The end of ctx cuts it short; Run then still cleans up, and
// returns an error that wraps the context's cause.
//
// Where no guest can be had, it says why and plays the recording of a hostagent
// through the same code.
func Run(ctx context.Context, o Options) error {
	err := o.run(ctx)
	switch cause := context.Cause(ctx); {
	case err == nil:
		return nil
	case cause != nil && !errors.Is(err, cause):
		return fmt.Errorf("demo: %w: %w", cause, err)
	}
	return fmt.Errorf("demo: %w", err)
}

func (o Options) run(ctx context.Context) error {
	switch {
	case o.Timeout < 0:
		return fmt.Errorf("a timeout of %s: it must not be negative", o.Timeout)
	case o.Timeout == 0:
		o.Timeout = DefaultTimeout
	}
	out := &screen{w: o.Out}
	src, err := o.source(ctx, out)
	if err != nil {
		return err
	}
	if err := show(ctx, out, src, o.Timeout); err != nil {
		return err
	}
	return out.failed()
}

// source starts what there is to watch.
func (o Options) source(ctx context.Context, out *screen) (source, error) {
	if o.Recording {
		out.printf("no guest was asked for: this is a recording\n")
		return startRecording()
	}
	err := errors.Join(hostagent.Available(), nsguest.Check(ctx))
	if ctx.Err() != nil {
		return nil, context.Cause(ctx)
	}
	if err != nil {
		out.printf("no guest can be had here: %v\nplaying a recording instead\n", err)
		return startRecording()
	}
	return startLive(ctx, out, o.template)
}

// A source is where the two logs come from.
type source interface {
	// logs are the paths of ha.stdout.log and ha.stderr.log.
	logs() (stdout, stderr string)
	// running is called once the guest runs.
	running(ctx context.Context, out *screen) error
	// done is closed when the logs grow no more. err then says why they do not.
	done() <-chan struct{}
	err() error
	// stop ends what writes the logs, by force when ctx ends. cut says that the
	// demo is being cut short.
	stop(ctx context.Context, cut bool) error
	// reason is what the log says of how things stand; empty for nothing.
	reason() string
	// remove leaves nothing behind. It is called last.
	remove() error
	// farewell is the demo's last line.
	farewell() string
}

// show follows a source from its start to its end.
func show(ctx context.Context, out *screen, src source, timeout time.Duration) (err error) {
	defer func() {
		if removeErr := src.remove(); err == nil {
			err = removeErr
		}
		if err == nil {
			out.printf("%s\n", src.farewell())
		}
	}()
	w := watch(ctx, out, src)
	err = conduct(ctx, out, src, w, timeout)
	stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopTimeout)
	defer cancel()
	if stopErr := src.stop(stopCtx, err != nil); err == nil {
		err = stopErr
	}
	patience := lastEventTimeout
	if err != nil {
		patience = lastEventFailed
	}
	if endErr := w.end(patience); err == nil {
		err = endErr
	}
	return err
}

// conduct waits for the guest to run and has it answer.
func conduct(ctx context.Context, out *screen, src source, w *watcher, timeout time.Duration) error {
	ctx, cancel := context.WithTimeoutCause(ctx, timeout, fmt.Errorf("the guest did not run within %s", timeout))
	defer cancel()
	select {
	case <-w.running:
	case <-w.done:
		return w.whyDone(src)
	case <-src.done():
		return endedEarly(src)
	case <-ctx.Done():
		return because(context.Cause(ctx), src)
	}
	if w.degraded != nil {
		return w.degraded
	}
	return src.running(ctx, out)
}

var (
	errEndedEarly = errors.New("the hostagent ended before the guest ran")
	errLingers    = fmt.Errorf("the hostagent was exiting before the guest ran, and had not ended %s later", stopTimeout)
	errNoExiting  = errors.New("the hostagent ended without an exiting event")
)

func endedEarly(src source) error {
	if err := src.err(); err != nil {
		return fmt.Errorf("%w: %w", errEndedEarly, err)
	}
	return because(errEndedEarly, src)
}

// because adds what the source's log says.
func because(err error, src source) error {
	if reason := src.reason(); reason != "" {
		return fmt.Errorf("%w (%s)", err, reason)
	}
	return err
}

// A watcher shows the events of one source.
type watcher struct {
	running  chan struct{} // closed at the first running event, once degraded is set
	degraded error         // why the guest that runs does not serve
	done     chan struct{} // closed when no event will come any more, once err is set
	err      error         // nil after the exiting event
	cut      context.CancelCauseFunc
}

// watch starts to follow the logs of src until their exiting event, or end.
func watch(ctx context.Context, out *screen, src source) *watcher {
	ctx, cut := context.WithCancelCause(context.WithoutCancel(ctx)) // the last events are shown after Ctrl-C, too
	w := &watcher{running: make(chan struct{}), done: make(chan struct{}), cut: cut}
	story := &story{out: out}
	onEvent := func(e hostagentevents.Event) bool {
		story.tell(e)
		w.note(e.Status)
		return e.Status.Exiting
	}
	go func() {
		defer close(w.done)
		stdout, stderr := src.logs()
		w.err = hostagentevents.Watch(ctx, stdout, stderr, time.Time{}, onEvent)
	}()
	return w
}

// note looks for the first running event. Only the goroutine of watch calls it.
func (w *watcher) note(s hostagentevents.Status) {
	select {
	case <-w.running:
		return
	default:
	}
	if !s.Running {
		return
	}
	if s.Degraded {
		w.degraded = fmt.Errorf("the guest runs degraded: %q", s.Errors)
	}
	close(w.running)
}

// whyDone explains the end of all events before the guest ran. The exiting
// event comes shortly before the hostagent's end, which tells more.
func (w *watcher) whyDone(src source) error {
	if w.err != nil {
		return w.err
	}
	select {
	case <-src.done():
		return endedEarly(src)
	case <-time.After(stopTimeout):
		return because(errLingers, src)
	}
}

// end waits for the events that are in the log already, up to the exiting event.
func (w *watcher) end(patience time.Duration) error {
	defer time.AfterFunc(patience, func() { w.cut(errNoExiting) }).Stop()
	<-w.done
	w.cut(nil)
	return w.err
}
