// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail_test

import (
	"context"
	"fmt"
	"io"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// The ways in, as the README shows them.

func iterator(ctx context.Context, path string, handle func(string)) error {
	r, err := tail.NewReader(path, tail.Config{Follow: true, ReOpen: true})
	if err != nil {
		return err
	}
	defer r.Close()
	for item, err := range r.Lines(ctx) {
		if err != nil {
			return err
		}
		handle(item.Text())
	}
	return nil
}

func channel(ctx context.Context, path string, handle func(string)) error {
	t, err := tail.Open(path, tail.Config{Follow: true, ReOpen: true})
	if err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { t.Kill(ctx.Err()) })()
	for line := range t.Lines {
		handle(line.Text)
	}
	return t.Wait()
}

func stream(ctx context.Context, path string, w io.Writer) error {
	return tail.Stream(ctx, w, path, true)
}

func group(ctx context.Context, paths []string, handle func(string)) error {
	var g tail.Group
	defer g.Close()
	if err := g.AddAll(paths, tail.Config{Follow: true, ReOpen: true}); err != nil {
		return err
	}
	for item, err := range g.Lines(ctx) {
		if err != nil {
			return err
		}
		handle(item.File.Path + ": " + item.Text())
	}
	return nil
}

// Each of the ways in follows a log until it has brought one line.
func Example() {
	path, remove := logFile("ready\n")
	defer remove()

	once := func(way string, follow func(ctx context.Context, seen func()) error) {
		ctx, cancel := context.WithCancel(context.Background())
		defer cancel()
		lines := 0
		err := follow(ctx, func() { lines++; cancel() })
		fmt.Printf("%s: lines: %d, %v\n", way, lines, err)
	}
	once("iterator", func(ctx context.Context, seen func()) error {
		return iterator(ctx, path, func(string) { seen() })
	})
	once("channel", func(ctx context.Context, seen func()) error {
		return channel(ctx, path, func(string) { seen() })
	})
	once("stream", func(ctx context.Context, seen func()) error {
		return stream(ctx, path, writerFunc(func(p []byte) (int, error) {
			seen()
			return len(p), nil
		}))
	})
	once("group", func(ctx context.Context, seen func()) error {
		return group(ctx, []string{path}, func(string) { seen() })
	})
	// Output:
	// iterator: lines: 1, context canceled
	// channel: lines: 1, context canceled
	// stream: lines: 1, context canceled
	// group: lines: 1, context canceled
}
