// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"sync"
	"time"

	"github.com/go-logr/logr"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

// reasonWait is how long an exiting event waits for its reason, which Lima logs
// some milliseconds later.
const reasonWait = time.Second

// news is what a follower has to tell: an event with what is new in it, or the
// end of the following.
type news struct {
	dir, instance string
	event         hostagentevents.Event
	state         hostagentevents.State
	changes       []hostagentevents.Change
	end           error
}

// followers are the instances that are being followed, each by a goroutine of
// its own; all that is said comes from the one that calls run.
type followers struct {
	targets targets
	screen  *screen
	print   func(news) error
	logger  logr.Logger // of the watches, and for the hostagents' logs; the zero value discards

	news    chan news
	running sync.WaitGroup
	active  map[string]bool  // by folder
	failed  map[string]error // those that are not tried again
}

func newFollowers(t targets, s *screen) *followers {
	return &followers{
		targets: t, screen: s,
		news: make(chan news), active: map[string]bool{}, failed: map[string]error{},
	}
}

// run follows until ctx ends, which is no error, or none of the named instances
// can be followed. When it returns, no follower is left.
func (f *followers) run(ctx context.Context, rescan time.Duration) error {
	following, stop := context.WithCancel(ctx)
	defer f.running.Wait()
	defer stop()
	look := time.NewTicker(rescan)
	defer look.Stop()
	f.scan(following)
	f.announce()
	for {
		select {
		case <-ctx.Done():
			return f.failure()
		case <-look.C:
			f.scan(following)
		case n := <-f.news:
			if err := f.take(n); err != nil {
				return err
			}
		}
		if n := len(f.targets.named); n > 0 && len(f.failed) == n {
			return f.failure()
		}
	}
}

// announce says what is waited for.
func (f *followers) announce() {
	if len(f.targets.named) == 0 && len(f.active) == 0 {
		f.screen.complain("no instance in %s yet%s", f.targets.home, hindrance(f.targets.home))
	}
	for _, dir := range f.targets.named {
		if !f.active[dir] {
			f.screen.complain("%s is not there yet%s", dir, hindrance(dir))
		}
	}
}

// scan begins to follow the instances that are there and not followed yet.
func (f *followers) scan(ctx context.Context) {
	for _, dir := range f.targets.present() {
		if f.active[dir] || f.failed[dir] != nil {
			continue
		}
		f.active[dir] = true
		f.running.Go(func() { f.follow(ctx, dir) }) // until ctx ends, or the folder is gone
	}
}

func (f *followers) follow(ctx context.Context, dir string) {
	n := news{dir: dir, instance: filepath.Base(dir)}
	options := []hostagentevents.Option{
		hostagentevents.UntilGone(),
		hostagentevents.WithReasonWait(reasonWait),
		hostagentevents.WithLogger(f.logger.WithValues("instance", n.instance)),
		hostagentevents.WithBadLine(func(bad *hostagentevents.LineError) error {
			f.screen.complain("%s: %v", n.instance, bad)
			return nil
		}),
	}
	stdout, stderr := filepath.Join(dir, "ha.stdout.log"), filepath.Join(dir, "ha.stderr.log")
	for event, err := range hostagentevents.Events(ctx, stdout, stderr, options...) {
		n.event, n.end, n.changes = event, err, nil
		if err == nil {
			n.state, n.changes = n.state.Apply(event)
		}
		select {
		case f.news <- n:
		case <-ctx.Done():
			return
		}
	}
}

// take prints what a follower has to tell.
func (f *followers) take(n news) error {
	switch {
	case n.end == nil:
		return f.print(n)
	case errors.Is(n.end, hostagentevents.ErrGone):
		f.screen.complain("%s is gone", n.dir)
	case errors.Is(n.end, context.Canceled):
	default:
		f.failed[n.dir] = fmt.Errorf("%s: %w", n.instance, n.end)
		f.screen.complain("%v", f.failed[n.dir])
	}
	f.screen.forget(n.instance)
	delete(f.active, n.dir)
	return nil
}

// failure is what the program ends with: an error where an instance was lost.
func (f *followers) failure() error {
	if n := len(f.failed); n > 0 {
		return fmt.Errorf("%d of the instances could not be followed", n)
	}
	return nil
}
