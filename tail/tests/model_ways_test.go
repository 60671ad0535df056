// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// modelWay is one of the ways in, as a modelReader reads by it.
type modelWay interface {
	Lines(ctx context.Context) iter.Seq2[tail.Item, error]
	Stats() tail.Stats
	Close() error
}

// wayIn says which of them.
type wayIn int

const (
	byReader wayIn = iota
	byTail         // which stops at the end of the file
	byGroup        // which is asked for what is ready
)

func (w wayIn) String() string { return [...]string{"a Reader", "a Tail", "a Group"}[w] }

func (w wayIn) open(path string, cfg tail.Config) (modelWay, error) {
	switch w {
	case byTail:
		cfg.ReportGaps = true
		t, err := tail.Open(path, cfg)
		return &channel{t, map[int]int64{1: cfg.Location.Offset}}, err
	case byGroup:
		g := &grouped{path: path, leave: make(chan context.CancelCauseFunc, 1)}
		return g, g.Add(path, cfg)
	}
	return tail.NewReader(path, cfg)
}

// channel is a Tail as a modelWay: its lines are items.
type channel struct {
	*tail.Tail
	ends map[int]int64 // behind the last line of each generation
}

// Lines ends with the reason that the Tail gives, where it has one.
func (c *channel) Lines(ctx context.Context) iter.Seq2[tail.Item, error] {
	return func(yield func(tail.Item, error) bool) {
		defer context.AfterFunc(ctx, func() { c.Kill(context.Cause(ctx)) })()
		for l := range c.Tail.Lines {
			if !yield(c.item(l), nil) {
				return
			}
		}
		if err := c.Wait(); err != nil {
			yield(tail.Item{}, err)
		}
	}
}

// item finds out whether a line had a newline: by where the one before it ended.
func (c *channel) item(l *tail.Line) tail.Item {
	it := tail.Item{Gap: l.Gap, End: l.SeekInfo.Offset, File: &tail.File{Path: c.Filename, Generation: l.Generation}}
	if l.Gap != nil {
		it.Offset = l.Gap.Offset
		return it
	}
	it.Line = []byte(l.Text)
	if it.Offset = it.End - int64(len(l.Text)); it.Offset != c.ends[l.Generation] {
		it.Offset--
	}
	c.ends[l.Generation] = it.End
	return it
}

// Close tells nothing of the reason, which comes with the lines.
func (c *channel) Close() error {
	_ = c.Stop()
	return nil
}

// stopAtEOF ends the session where the log ends now, whatever its Tail is doing.
func (r *modelReader) stopAtEOF() error {
	t := r.session().way.(*channel).Tail
	stopped := make(chan error, 1)
	go func() { stopped <- t.StopAtEOF() }()
	<-t.Dying()
	r.goOn(false)
	select {
	case err := <-stopped:
		if !errors.Is(err, tail.ErrStopAtEOF) {
			return fmt.Errorf("StopAtEOF says %w", err)
		}
		r.end()
		return nil
	case <-time.After(patience / 3):
		return errors.New("no end of StopAtEOF")
	}
}

// grouped is a Group of one file as a modelWay.
type grouped struct {
	tail.Group
	path  string
	leave chan context.CancelCauseFunc // ends the iteration over Group.Lines
	stats tail.Stats                   // before Close
}

// wanted is why an iteration over Group.Lines is left: for one over Group.Ready, at the
// end of which it is closed.
type wanted chan struct{}

func (wanted) Error() string { return "what is ready is wanted" }

// Lines goes on with Group.Lines when it has been left for what is ready.
func (g *grouped) Lines(ctx context.Context) iter.Seq2[tail.Item, error] {
	return func(yield func(tail.Item, error) bool) {
		for ready := g.linesUntil(ctx, yield); ready != nil; ready = g.linesUntil(ctx, yield) {
			for item, err := range g.Ready(ctx) {
				if !yield(item, err) {
					return
				}
			}
			close(ready)
		}
	}
}

// linesUntil returns nil where nothing more is to be yielded.
func (g *grouped) linesUntil(ctx context.Context, yield func(tail.Item, error) bool) (ready wanted) {
	ctx, leave := context.WithCancelCause(ctx)
	g.leave <- leave
	for item, err := range g.Group.Lines(ctx) {
		if errors.As(err, &ready) || !yield(item, err) {
			return ready
		}
	}
	return nil
}

// Stats are those before Close: it takes the file out of the Group.
func (g *grouped) Stats() tail.Stats { return g.stats }

func (g *grouped) Close() error {
	if st, err := g.Group.Stats(g.path); err == nil {
		g.stats = st
	}
	return g.Group.Close()
}

// readReady has the Group read all that is there now.
func (r *modelReader) readReady() error {
	s := r.session()
	read := make(wanted)
	(<-s.way.(*grouped).leave)(read)
	r.goOn(false)
	select {
	case <-read:
		return nil
	case <-s.ended:
		return fmt.Errorf("the Group ended: %w", s.err)
	case <-time.After(patience / 3):
		return errors.New("no end of Ready")
	}
}
