// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"io"
	"io/fs"
	"os"
	"runtime"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// follower follows files. Each is read by one [tail.Group] from its first line on, so that no rotation can slip
// between what is there at first and what comes later; and each is added only when the first part
// of the one before it has been printed, so that these parts come out in order.
type follower struct {
	*printer
	group   tail.Group
	files   map[string]*followed
	forever bool // run does not end though there may be no file left
}

// followed is a file in the group.
type followed struct {
	title      string
	skip       int64 // lines of the first generation still to leave out
	missing    bool  // could not be opened so far
	generation int   // the newest that was announced
}

func newFollower(p *printer) *follower {
	return &follower{printer: p, files: map[string]*followed{}}
}

// run follows until ctx ends, the output fails or no file is left.
func (f *follower) run(ctx context.Context) {
	defer f.group.Close()
	f.begin(ctx)
	for item, err := range f.group.Lines(ctx) {
		if !f.take(ctx, item, err) {
			return
		}
	}
	// A pipe as standard input has come to its end, and that is well.
	if f.failed && !f.stopped(ctx) {
		f.complain("no files remaining")
	}
}

// begin prints the first part of one file after the other.
func (f *follower) begin(ctx context.Context) {
	for _, name := range f.names {
		if f.stopped(ctx) {
			return
		}
		if name == stdinName {
			f.addStdin(ctx)
		} else {
			f.addNamed(ctx, name)
		}
	}
	if !f.forever {
		f.group.Finish()
	}
	f.out.flush()
}

// addNamed adds the file of this name to the group, or reports why not.
func (f *follower) addNamed(ctx context.Context, name string) {
	info, err := f.probe(name)
	switch {
	case err != nil:
		f.cannotOpen(name, err)
		if f.retry && name != "" && !errors.Is(err, errIsDirectory) {
			f.add(ctx, name, &followed{title: name, missing: true}, tail.Config{})
		}
	case info.Mode()&fs.ModeDevice != 0:
		f.hold(ctx, name)
	default:
		f.add(ctx, name, f.found(name), f.config(info))
	}
}

// found is a file that is there at the start.
func (f *follower) found(title string) *followed {
	return &followed{title: title, skip: f.start.skipLines(), generation: 1}
}

// hold prints a device to its end. More may never come, but a script that ends with
// "tail -f /dev/null" counts on not ending.
func (f *follower) hold(ctx context.Context, name string) {
	f.forever = true
	f.out.startHeader(name)
	f.copyStream(ctx, name, func() (io.ReadCloser, error) { return os.Open(name) })
}

// addStdin adds standard input where it is a file that can be opened by a name,
// and else prints it up to its end.
func (f *follower) addStdin(ctx context.Context) {
	info, err := f.stdin.Stat()
	if err != nil || !info.Mode().IsRegular() || runtime.GOOS == "windows" {
		f.out.startHeader(stdinTitle)
		f.copyStream(ctx, stdinTitle, f.openStdin)
		return
	}
	config := f.config(info)
	if offset, err := f.stdin.Seek(0, io.SeekCurrent); err == nil && f.start.fromStart && !f.start.bytes {
		config.Location = &tail.SeekInfo{Offset: min(offset, info.Size())}
	}
	f.add(ctx, "/dev/stdin", f.found(stdinTitle), config)
}

// add puts a file into the group and prints what it has now.
func (f *follower) add(ctx context.Context, path string, file *followed, config tail.Config) {
	config.Follow = true
	config.ReOpen = f.follow == followName && !config.Pipe
	config.MustExist = !f.retry
	config.Poll = f.poll
	config.PollInterval = f.interval
	switch err := f.group.Add(path, config); {
	case errors.Is(err, fs.ErrExist):
		f.complain("%s is given twice; following it once", quote(file.title))
		return
	case err != nil:
		f.failed = true
		f.complain("cannot follow %s: %s; giving up on this name", quote(file.title), reason(err))
		return
	}
	f.files[path] = file
	if !file.missing {
		f.out.startHeader(file.title)
	}
	f.printFirst(ctx, path)
}

// printFirst prints what the file at path, just added, has now.
func (f *follower) printFirst(ctx context.Context, path string) {
	for item, err := range f.group.Ready(ctx, path) {
		if !f.take(ctx, item, err) {
			return
		}
	}
}

// take handles one pair of the group's iterator; false: it was the last.
func (f *follower) take(ctx context.Context, item tail.Item, err error) bool {
	switch {
	case err != nil && item.File == nil:
		if !f.stopped(ctx) {
			f.failed = true
			f.complain("%v", err)
		}
		return false
	case err != nil:
		f.drop(item.File.Path, err)
	default:
		f.show(f.files[item.File.Path], item)
	}
	if f.group.Buffered() == 0 {
		f.out.flush()
	}
	return !f.stopped(ctx)
}

// drop is told that the group has given up a file.
func (f *follower) drop(path string, err error) {
	file := f.files[path]
	delete(f.files, path)
	f.fail(file.title, err)
}

func (f *follower) show(file *followed, item tail.Item) {
	f.announce(file, item)
	switch {
	case item.Gap != nil:
	case file.skip > 0 && item.Partial():
		// The rest of the line comes as another item.
	case file.skip > 0:
		file.skip--
	default:
		f.out.header(file.title)
		f.out.line(item.Line, item.Partial())
	}
}

// announce says where the lines come from now, if that is another file than before,
// and what was lost of the one before.
func (f *follower) announce(file *followed, item tail.Item) {
	generation := item.File.Generation
	switch {
	case item.Gap != nil:
		f.gap(file.title, item.Gap)
		generation = item.Gap.Generation + 1
	case file.missing:
		f.complain("%s has appeared;  following new file", quote(file.title))
	case generation > file.generation:
		f.complain("%s has been replaced;  following new file", quote(file.title))
	}
	if generation > file.generation {
		file.generation, file.skip = generation, 0
	}
	file.missing = false
}
