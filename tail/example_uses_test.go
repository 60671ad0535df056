// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail_test

import (
	"context"
	"errors"
	"fmt"
	"log"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// The end of the context ends the iteration at once, also while it waits for a
// line. Its cause says why.
func ExampleReader_Lines_cancellation() {
	path, remove := logFile("one\n")
	defer remove()

	r, err := tail.NewReader(path, tail.Config{Follow: true})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	ctx, cancel := context.WithCancelCause(context.Background())
	defer cancel(nil)
	for item, err := range r.Lines(ctx) {
		if err != nil {
			fmt.Println("end:", err)
			break
		}
		fmt.Println(item.Text())
		go cancel(errors.New("shutting down")) // no line comes any more
	}
	// Output:
	// one
	// end: shutting down
}

// A Tail is ended by Stop, whether or not its lines are taken, and can be tied
// to a context.
func ExampleTail_Stop() {
	path, remove := logFile("one\ntwo\n")
	defer remove()

	t, err := tail.Open(path, tail.Config{Follow: true})
	if err != nil {
		log.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	defer context.AfterFunc(ctx, func() { t.Kill(context.Cause(ctx)) })()
	fmt.Println((<-t.Lines).Text)
	cancel()
	fmt.Println(t.Wait())
	fmt.Println(t.Stop()) // again does no harm
	// Output:
	// one
	// context canceled
	// context canceled
}

// What the library has to tell goes to log/slog by a logger that the latter
// makes: here that the log was rotated.
func ExampleConfig_slog() {
	path, remove := logFile("one\n")
	defer remove()

	handler := slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		switch a.Key {
		case slog.TimeKey:
			return slog.Attr{} // an example prints the same each time
		case slog.MessageKey:
			return slog.String(a.Key, strings.ReplaceAll(a.Value.String(), path, filepath.Base(path)))
		}
		return a
	}})
	r, err := tail.NewReader(path, tail.Config{
		Follow: true, ReOpen: true,
		Logger: slog.NewLogLogger(handler, slog.LevelInfo),
	})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for item, err := range r.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Text())
		if item.File.Generation == 2 {
			break
		}
		if err := os.Rename(path, path+".1"); err != nil {
			log.Fatal(err)
		}
		write(path, "two\n")
	}
	// Output:
	// one
	// level=INFO msg="tail: app.log is a new file: going on with it (0 came and went between)"
	// two
}

// Files are added to a Group, and removed, while its loop runs.
func ExampleGroup_Add() {
	first, remove := logFile("hello\n")
	defer remove()
	second, removeToo := logFile("world\n")
	defer removeToo()

	var g tail.Group
	defer g.Close()
	if err := g.Add(first, tail.Config{Follow: true, ReOpen: true}); err != nil {
		log.Fatal(err)
	}
	for item, err := range g.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Text())
		if item.File.Path == second {
			break
		}
		if err := g.Add(second, tail.Config{Follow: true, ReOpen: true}); err != nil {
			log.Fatal(err)
		}
		if err := g.Remove(first); err != nil {
			log.Fatal(err)
		}
	}
	// Output:
	// hello
	// world
}

// AddAll takes all the logs of a folder, and goes on without those that cannot be
// opened.
func ExampleGroup_AddAll() {
	path, remove := logFile("hello\n")
	defer remove()
	write(filepath.Join(filepath.Dir(path), "other.log"), "world\n")
	paths, err := filepath.Glob(filepath.Join(filepath.Dir(path), "*.log"))
	if err != nil {
		log.Fatal(err)
	}

	var g tail.Group
	defer g.Close()
	if err := g.AddAll(paths, tail.Config{}); err != nil {
		log.Print(err)
	}
	g.Finish()
	for item, err := range g.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Text())
	}
	// Unordered output:
	// hello
	// world
}

// Ready takes what many files hold now and waits for nothing: for a program
// that looks from time to time.
func ExampleGroup_Ready() {
	var g tail.Group
	defer g.Close()
	first, remove := logFile("")
	defer remove()
	for _, path := range []string{first, first + ".err", first + ".debug"} {
		write(path, "line of "+filepath.Ext(path)+"\n")
		if err := g.Add(path, tail.Config{Follow: true, ReOpen: true, CompleteLines: true}); err != nil {
			log.Fatal(err)
		}
	}
	for item, err := range g.Ready(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Text())
	}
	// Unordered output:
	// line of .log
	// line of .err
	// line of .debug
}

// Partial tells a last piece that had no newline.
func ExampleItem_Partial() {
	path, remove := logFile("whole\npiece")
	defer remove()

	r, err := tail.NewReader(path, tail.Config{})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for item, err := range r.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Text(), item.Partial())
	}
	// Output:
	// whole false
	// piece true
}
