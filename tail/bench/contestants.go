// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bufio"
	"context"
	"io"
	"os"
	"slices"

	grafana "github.com/grafana/tail"
	hpcloud "github.com/hpcloud/tail"
	nxadm "github.com/nxadm/tail"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// uncounted stands for the number of lines where the contestant is not one that looks at lines.
const uncounted = -1

// count is what a contestant delivered. Bytes include the newlines.
type count struct{ lines, bytes int64 }

// add counts a line given without its newline.
func (c *count) add(length int) {
	c.lines++
	c.bytes += int64(length) + 1
}

// contestant is one way to read whole files.
type contestant struct {
	name string
	read func(paths []string, buffer int) (count, error)
}

// single is for a contestant that reads one file.
func single(read func(path string, buffer int) (count, error)) func([]string, int) (count, error) {
	return func(paths []string, buffer int) (count, error) { return read(paths[0], buffer) }
}

func findContestant(name string) contestant {
	for _, c := range slices.Concat(contestants, furtherContestants) {
		if c.name == name {
			return c
		}
	}
	panic("no contestant is named " + name)
}

// contestantNames are the names of contestants.
func contestantNames() []string {
	var names []string
	for _, c := range contestants {
		names = append(names, c.name)
	}
	return names
}

var contestants = []contestant{
	{"floor/read", single(floorRead)},
	{"floor/ReadSlice", single(floorReadSlice)},
	{"tail/stream", single(ourStream)},
	{"tail/iterator", single(ourIterator)},
	{"tail/channel", single(ourChannel)},
	{"nxadm/channel", single(nxadmChannel)},
	{"hpcloud/channel", single(hpcloudChannel)},
	{"grafana/channel", single(grafanaChannel)},
}

// furtherContestants take part in single measures only.
var furtherContestants = []contestant{
	{"floor/ReadBytes", single(floorReadBytes)},
	{"tail/group", ourGroup},
	{"tail/group-add", ourGroupAdd},
}

// floorRead is what no reader can go below: the system calls.
func floorRead(path string, buffer int) (count, error) {
	f, err := os.Open(path)
	if err != nil {
		return count{}, err
	}
	defer f.Close()
	c := count{lines: uncounted}
	for buf := make([]byte, buffer); ; {
		n, err := f.Read(buf)
		c.bytes += int64(n)
		if err == io.EOF {
			return c, nil
		}
		if err != nil {
			return c, err
		}
	}
}

// floorReadSlice is what no reader of lines need be faster than: no copy, no following.
func floorReadSlice(path string, buffer int) (count, error) {
	f, err := os.Open(path)
	if err != nil {
		return count{}, err
	}
	defer f.Close()
	var c count
	for r := bufio.NewReaderSize(f, buffer); ; {
		line, err := r.ReadSlice('\n')
		if err == io.EOF && len(line) == 0 {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		c.add(len(line) - 1)
	}
}

// floorReadBytes is for lines that no buffer holds.
func floorReadBytes(path string, buffer int) (count, error) {
	f, err := os.Open(path)
	if err != nil {
		return count{}, err
	}
	defer f.Close()
	var c count
	for r := bufio.NewReaderSize(f, buffer); ; {
		line, err := r.ReadBytes('\n')
		if err == io.EOF && len(line) == 0 {
			return c, nil
		}
		if err != nil {
			return c, err
		}
		c.add(len(line) - 1)
	}
}

// discard is io.Discard with a count.
type discard struct{ bytes int64 }

func (d *discard) Write(p []byte) (int, error) {
	d.bytes += int64(len(p))
	return len(p), nil
}

func ourStream(path string, _ int) (count, error) {
	var d discard
	err := tail.Stream(context.Background(), &d, path, false)
	return count{uncounted, d.bytes}, err
}

func ourIterator(path string, _ int) (count, error) {
	r, err := tail.NewReader(path, tail.Config{MustExist: true})
	if err != nil {
		return count{}, err
	}
	defer r.Close()
	var c count
	for item, err := range r.Lines(context.Background()) {
		if err != nil {
			return c, err
		}
		c.add(len(item.Line))
	}
	return c, nil
}

func ourGroup(paths []string, _ int) (count, error) {
	var g tail.Group
	defer g.Close()
	if err := g.AddAll(paths, tail.Config{MustExist: true}); err != nil {
		return count{}, err
	}
	return readGroup(&g)
}

func ourGroupAdd(paths []string, _ int) (count, error) {
	var g tail.Group
	defer g.Close()
	for _, path := range paths {
		if err := g.Add(path, tail.Config{MustExist: true}); err != nil {
			return count{}, err
		}
	}
	return readGroup(&g)
}

func readGroup(g *tail.Group) (c count, err error) {
	g.Finish()
	for item, err := range g.Lines(context.Background()) {
		if err != nil {
			return c, err
		}
		c.add(len(item.Line))
	}
	return c, nil
}

func ourChannel(path string, _ int) (count, error) {
	t, err := tail.Open(path, tail.Config{MustExist: true})
	if err != nil {
		return count{}, err
	}
	var c count
	for line := range t.Lines {
		c.add(len(line.Text))
	}
	return c, t.Wait()
}

func nxadmChannel(path string, _ int) (count, error) {
	t, err := nxadm.TailFile(path, nxadm.Config{MustExist: true, Logger: nxadm.DiscardingLogger})
	if err != nil {
		return count{}, err
	}
	var c count
	for line := range t.Lines {
		c.add(len(line.Text))
	}
	return c, t.Wait()
}

func hpcloudChannel(path string, _ int) (count, error) {
	t, err := hpcloud.TailFile(path, hpcloud.Config{MustExist: true, Logger: hpcloud.DiscardingLogger})
	if err != nil {
		return count{}, err
	}
	var c count
	for line := range t.Lines {
		c.add(len(line.Text))
	}
	return c, t.Wait()
}

func grafanaChannel(path string, _ int) (count, error) {
	t, err := grafana.TailFile(path, grafana.Config{MustExist: true, Logger: grafana.DiscardingLogger})
	if err != nil {
		return count{}, err
	}
	var c count
	for line := range t.Lines {
		c.add(len(line.Text))
	}
	return c, t.Wait()
}
