// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"context"
	"iter"
	"runtime"
	"sync"
)

// Group follows many files in the one goroutine that ranges over its Lines.
// The files take turns, so that one which floods does not hold the others up.
// The zero value is an empty Group, ready for use. It is to be closed; one that
// nobody refers to any more, no Config of its files either, is closed some time later.
//
// Lines is for one iteration at a time; all else may be called from anywhere,
// also while Lines runs.
type Group struct {
	making  sync.Once
	made    *groupState
	cleanup runtime.Cleanup
}

func (g *Group) state() *groupState {
	g.making.Do(func() {
		g.made = newGroupState()
		g.cleanup = runtime.AddCleanup(g, (*groupState).abandon, g.made)
	})
	return g.made
}

// Add puts a file into the group and starts following it. The errors are those
// of [NewReader]; a path that is in the group already is one, too.
func (g *Group) Add(path string, config Config) error {
	defer runtime.KeepAlive(g)
	return g.state().add(path, config)
}

// AddAll is Add for many paths, eight at a time: sooner done than one after another
// where there is more than one processor, or a file system across a network. The
// error joins those of the paths that could not be added, in the order of paths; the
// others are in the group.
func (g *Group) AddAll(paths []string, config Config) error {
	defer runtime.KeepAlive(g)
	return g.state().addAll(paths, config)
}

// Remove ends the following of a file. When it returns, the file is closed, and no
// line of it is yielded any more but one that Lines, elsewhere, is just yielding.
func (g *Group) Remove(path string) error { return g.state().remove(path) }

// Finish says that nothing more will be added, but for what is being added in another
// goroutine: Lines ends once all files have ended or been removed.
func (g *Group) Finish() { g.state().finish() }

// Close ends the group. When it returns, all of its files are closed. It may
// be called from inside the loop over Lines, and again. An Add or AddAll that is under
// way elsewhere closes what it has just opened, and fails. The error is always nil.
func (g *Group) Close() error {
	g.state().close()
	g.cleanup.Stop()
	return nil
}

// Stats returns what has been counted for a file of the group.
func (g *Group) Stats(path string) (Stats, error) { return g.state().stats(path) }

// Buffered is the number of bytes that the iteration will yield without
// reading. Only the goroutine that iterates may ask.
func (g *Group) Buffered() int { return g.state().buffered() }

// Lines iterates over the lines and gaps of all files as they come, waiting
// where there are none yet; Item.File says whose they are. The lines of one
// file come in its order; between files there is none.
//
// A file that fails leaves the group, and a pair with its error and Item.File
// is yielded. A pair with an error and no file is the last: the cause of ctx,
// ErrClosed after Close, ErrInUse where another iteration is under way. After
// Finish the iteration ends when no file is left. Leaving the loop leaves the
// group as it is.
func (g *Group) Lines(ctx context.Context) iter.Seq2[Item, error] {
	return g.iterate(func(g *groupState, yield func(Item, error) bool) error { return g.run(ctx, yield) })
}

// Ready is Lines without the waiting: the files of these paths, or all where
// none is given, are looked at now, one after another, and the iteration ends
// when each has been read as far as it was written then. A last piece without
// newline is handed out too, unless the file's Config.CompleteLines is set. Only a read
// that fails is waited for, as it is tried again for half a second; not a rotation that
// has not come to rest, so that what is behind it comes later. A path that is not in the
// group is an error.
func (g *Group) Ready(ctx context.Context, paths ...string) iter.Seq2[Item, error] {
	return g.iterate(func(g *groupState, yield func(Item, error) bool) error { return g.catchUpAll(ctx, paths, yield) })
}

// iterate lets one iteration at a time over the group, which nobody else may refer to.
func (g *Group) iterate(run func(g *groupState, yield func(Item, error) bool) error) iter.Seq2[Item, error] {
	return func(yield func(Item, error) bool) {
		defer runtime.KeepAlive(g)
		g.state().iterate(run, yield)
	}
}
