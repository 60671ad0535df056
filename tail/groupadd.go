// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"fmt"
	"io/fs"
	"runtime"
	"sync"
	"sync/atomic"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// This file brings files into a Group. The path is taken first, so that nothing is
// opened which is not wanted: what a second reader takes out of a named pipe is lost
// to the first.

// keyOf tells the paths of one file from those of others.
func keyOf(path string) string { return watch.FoldCase(path) }

func (g *groupState) add(name string, config Config) error {
	m, err := g.reserve(name)
	if err != nil {
		return err
	}
	defer g.release(m)
	return g.open(m, name, config)
}

// adders is how many files addAll opens at a time.
const adders = 8

func (g *groupState) addAll(names []string, config Config) error {
	errs := make([]error, len(names))
	members := make([]*member, len(names))
	for i, name := range names {
		members[i], errs[i] = g.reserve(name)
	}
	defer g.release(members...)
	inParallel(adders, len(names), func(i int) {
		if errs[i] == nil {
			errs[i] = g.open(members[i], names[i], config)
		}
	})
	return errors.Join(errs...)
}

// reserve takes a path for a member that is to be opened.
func (g *groupState) reserve(name string) (*member, error) {
	path, err := absolute(name)
	if err != nil {
		return nil, err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return nil, named(name, ErrClosed)
	case g.finished:
		return nil, named(name, errAfterFinish)
	case g.members[keyOf(path)] != nil:
		return nil, fmt.Errorf("tail: %s: %w in the group", name, fs.ErrExist)
	}
	m := &member{group: g, path: path, index: -1}
	g.members[keyOf(path)] = m
	return m, nil
}

var errAfterFinish = errors.New("cannot be added after Finish")

// release gives the paths of those back that have not entered. nil was never reserved.
func (g *groupState) release(members ...*member) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, m := range members {
		if m != nil && !m.entered && g.members[keyOf(m.path)] == m {
			delete(g.members, keyOf(m.path))
			g.wake.Wake() // Finish may have been waiting for this one
		}
	}
}

// open opens the file of a reserved member.
func (g *groupState) open(m *member, name string, config Config) error {
	cfg, err := g.configOf(config)
	if err != nil {
		return named(name, err)
	}
	f, err := follow(name, m.path, cfg, m)
	if err != nil {
		return err
	}
	if !g.enter(m, f, config) {
		f.close()
		return named(name, ErrClosed)
	}
	return nil
}

func (g *groupState) enter(m *member, f *follower, asked Config) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.closed {
		return false
	}
	f.cfg = g.shared(f.cfg, asked)
	m.f, m.entered = f, true
	g.enqueue(m)
	return true
}

// configOf fills the defaults in, or finds that this was done for the last file.
func (g *groupState) configOf(config Config) (*Config, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	switch {
	case g.closed:
		return nil, ErrClosed
	case g.cfg != nil && config.comparable() && config == g.asked:
		return g.cfg, nil
	}
	return config.withDefaults()
}

// shared is cfg, which was made of asked, or the last one if it says the same. Where
// to start is of no more matter.
func (g *groupState) shared(cfg *Config, asked Config) *Config {
	if cfg == g.cfg {
		return cfg
	}
	if cfg.Location != nil { // it is no other file's
		cfg.Location, asked.Location = nil, nil
	}
	if !asked.comparable() {
		return cfg
	}
	if g.cfg == nil || *g.cfg != *cfg {
		g.cfg, g.asked = cfg, asked
	}
	return g.cfg
}

// inParallel does so many things, several at a time. Where one panics or ends its
// goroutine, so does the caller when those that were begun are over.
func inParallel(atATime, things int, do func(thing int)) {
	var next atomic.Int64
	var all sync.WaitGroup
	var broken atomic.Pointer[any]
	for range min(atATime, things) {
		all.Go(func() {
			whole := false
			defer func() {
				if !whole {
					why := recover() // nil after runtime.Goexit
					broken.CompareAndSwap(nil, &why)
				}
			}()
			for broken.Load() == nil {
				thing := int(next.Add(1)) - 1
				if thing >= things {
					break
				}
				do(thing)
			}
			whole = true
		})
	}
	all.Wait()
	switch why := broken.Load(); {
	case why == nil:
	case *why == nil:
		runtime.Goexit()
	default:
		panic(*why)
	}
}
