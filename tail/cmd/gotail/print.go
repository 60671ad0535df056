// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"math"
	"os"
	"syscall"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

const (
	stdinName  = "-"
	stdinTitle = "standard input"
)

var errIsDirectory = syscall.EISDIR

// printer prints files as its options say.
type printer struct {
	options
	stdin  *os.File
	out    *output
	stderr io.Writer
	failed bool // something could not be read
}

func newPrinter(opts options, stdin *os.File, stdout, stderr io.Writer) *printer {
	return &printer{
		options: opts,
		stdin:   stdin,
		out:     newOutput(stdout, opts.headers.wanted(len(opts.names))),
		stderr:  stderr,
	}
}

// print prints all files, follows them if asked, and returns the exit status.
// As with GNU tail, -n 0 without following does not even look at the files.
func (p *printer) print(ctx context.Context) int {
	switch {
	case p.follow != followNothing:
		newFollower(p).run(ctx)
	case !p.start.nothing():
		p.printAll(ctx)
	}
	p.out.flush()
	return p.status(ctx)
}

func (p *printer) status(ctx context.Context) int {
	switch {
	case ctx.Err() != nil:
		return signalStatus(ctx)
	case p.out.err != nil && !readerGone(p.out.err):
		p.complain("error writing %s: %s", quote("standard output"), reason(p.out.err))
		return statusFailure
	case p.out.err != nil || p.failed:
		return statusFailure
	}
	return 0
}

// stopped tells that nothing more need be printed.
func (p *printer) stopped(ctx context.Context) bool {
	return ctx.Err() != nil || p.out.err != nil
}

// printAll prints one file after the other, each up to the end it has.
func (p *printer) printAll(ctx context.Context) {
	for _, name := range p.names {
		if p.stopped(ctx) {
			return
		}
		if name == stdinName {
			p.out.startHeader(stdinTitle)
			p.copyStream(ctx, stdinTitle, p.openStdin)
			continue
		}
		p.printOne(ctx, name)
	}
}

func (p *printer) printOne(ctx context.Context, name string) {
	info, err := p.probe(name)
	if err != nil {
		p.cannotOpen(name, err)
		return
	}
	p.out.startHeader(name)
	if !info.Mode().IsRegular() {
		p.copyStream(ctx, name, func() (io.ReadCloser, error) { return os.Open(name) })
		return
	}
	if err := p.printFile(ctx, name, info); err != nil && !p.stopped(ctx) {
		p.fail(name, err)
	}
}

// printFile prints a regular file to its end.
func (p *printer) printFile(ctx context.Context, name string, info fs.FileInfo) error {
	if p.start.fromStart && !p.start.bytes {
		return tail.Stream(ctx, &blocks{p, name, p.start.selector()}, name, false)
	}
	config := p.config(info)
	config.MustExist = true
	r, err := tail.NewReader(name, config)
	if err != nil {
		return err
	}
	defer r.Close()
	for item, err := range r.Lines(ctx) {
		switch {
		case err != nil:
			return err
		case item.Gap != nil:
			p.gap(name, item.Gap)
		default:
			p.out.line(item.Line, item.Partial())
		}
		if p.out.err != nil {
			return nil
		}
	}
	return nil
}

// blocks prints what is wanted of a file in the blocks that it is read in: to go
// through its lines one by one would take longer than to read them.
type blocks struct {
	*printer
	name string
	selector
}

func (b *blocks) Write(block []byte) (int, error) {
	b.out.bytes(b.take(block))
	return len(block), b.out.err
}

// WriteGap makes it a [tail.GapWriter].
func (b *blocks) WriteGap(gap *tail.Gap) error {
	b.gap(b.name, gap)
	return b.out.err
}

// config puts the start into the library's terms, as far as it has them: lines to skip are not among them.
func (p *printer) config(info fs.FileInfo) tail.Config {
	size := info.Size()
	switch {
	case !info.Mode().IsRegular():
		return tail.Config{Pipe: true}
	case p.start.bytes && p.start.fromStart:
		return tail.Config{Location: &tail.SeekInfo{Offset: min(p.start.skip(), size)}}
	case p.start.bytes:
		return tail.Config{Location: &tail.SeekInfo{Offset: max(size-p.start.n, 0)}}
	case p.start.fromStart:
		return tail.Config{}
	case p.start.n == 0:
		return tail.Config{Location: &tail.SeekInfo{Whence: io.SeekEnd}}
	}
	return tail.Config{LastLines: int(min(p.start.n, math.MaxInt))}
}

// probe looks whether name can be read, without opening what would block.
func (p *printer) probe(name string) (fs.FileInfo, error) {
	info, err := os.Stat(name)
	switch {
	case err != nil:
		return nil, err
	case info.IsDir():
		p.out.startHeader(name)
		return nil, errIsDirectory
	case !info.Mode().IsRegular():
		return info, nil
	}
	f, err := tail.OpenFile(name)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return f.Stat()
}

// cannotOpen reports that a file cannot be opened.
func (p *printer) cannotOpen(name string, err error) {
	if errors.Is(err, errIsDirectory) {
		p.fail(name, err)
		return
	}
	p.failed = true
	p.complain("cannot open %s for reading: %s", quote(name), reason(err))
}

// fail reports that a file cannot be read.
func (p *printer) fail(title string, err error) {
	p.failed = true
	p.complain("error reading %s: %s", quote(title), reason(err))
}

// gap reports bytes that cannot be printed any more. It is no failure: a log that is rotated may well be deleted.
func (p *printer) gap(title string, gap *tail.Gap) {
	lost := fmt.Sprintf("%d bytes are lost", gap.Bytes)
	switch {
	case gap.Unknown && gap.Bytes > 0:
		lost = "at least " + lost
	case gap.Unknown:
		lost = "what was not read yet is lost"
	}
	p.complain("%s has been %v;  following from its start (%s)", quote(title), gap.Kind, lost)
}

// complain writes a message to standard error, behind the output that came before it.
func (p *printer) complain(format string, args ...any) {
	p.out.flush()
	fmt.Fprintf(p.stderr, "gotail: "+format+"\n", args...)
}
