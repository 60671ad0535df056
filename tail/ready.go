// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"context"
	"slices"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// catchUpAll reads the files of these paths as far as they are written at the
// beginning.
func (g *groupState) catchUpAll(ctx context.Context, paths []string, yield func(Item, error) bool) error {
	members, err := g.selected(paths)
	if err != nil {
		return err
	}
	for _, m := range members {
		if err := g.catchUp(ctx, m, yield); err != nil {
			return err
		}
	}
	return g.yieldRest(ctx, yield)
}

func (g *groupState) selected(paths []string) ([]*member, error) {
	if len(paths) == 0 {
		g.mu.Lock()
		defer g.mu.Unlock()
		return g.entered(), nil
	}
	var members []*member
	for _, path := range paths {
		m, err := g.member(path)
		if err != nil {
			return nil, err
		}
		members = append(members, m)
	}
	return members, nil
}

// catchUp reads one file as far as it is written at the beginning. Lines takes
// it up from there.
func (g *groupState) catchUp(ctx context.Context, m *member, yield func(Item, error) bool) error {
	goals := m.f.goals(time.Now())
	for {
		if err := g.yieldRest(ctx, yield); err != nil {
			return err
		}
		if g.isClosed() {
			return ErrClosed
		}
		c, out := m.f.step()
		if out == ended {
			return g.end(m, yield)
		}
		if out == idle {
			if retry := m.f.retryAt(); !retry.IsZero() {
				g.pause(ctx.Done(), retry)
				continue
			}
			c = m.f.heldBack()
		}
		g.rest, g.turn = c, m
		if out == idle || m.f.reached(goals) {
			m.Wake()
			return nil
		}
	}
}

func (g *groupState) isClosed() bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.closed
}

// goals looks at the files and returns how far each is to be read. They are read once
// more in any case, as one may have been rewritten.
func (f *follower) goals(now time.Time) map[*source]int64 {
	f.lock()
	defer f.mu.Unlock()
	if !f.closed {
		f.lookAtPath(now)
	}
	goals := map[*source]int64{}
	for _, s := range f.sources {
		if s.pipe != nil {
			continue
		}
		goals[s] = s.largest
		if s.final {
			continue // there is no more to be read of it
		}
		s.again = f.cfg.Follow
		if info, err := fileid.Handle(s.f); err == nil {
			goals[s] = info.Size
		}
	}
	return goals
}

// reached reports whether nothing before the goals is left to be read, or told. The copies
// of one that was truncated come before it.
func (f *follower) reached(goals map[*source]int64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parked != nil {
		return true // at its end
	}
	return len(f.queue) == 0 && !slices.ContainsFunc(f.sources, func(s *source) bool {
		size, ok := goals[s]
		return ok && (s.lead.gap != nil || s.again || s.off-s.held() < size)
	})
}

// retryAt is when a read that has failed is tried again; zero where none has.
func (f *follower) retryAt() time.Time {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parked != nil || f.reads.failures == 0 {
		return time.Time{}
	}
	return f.reads.at
}

// heldBack takes a piece that waits for its newline, where pieces are wanted.
func (f *follower) heldBack() chunk {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.parked != nil || f.cfg.CompleteLines || f.reading >= len(f.sources) {
		return chunk{}
	}
	c, _ := f.sources[f.reading].piece()
	f.stats.count(c)
	return c
}
