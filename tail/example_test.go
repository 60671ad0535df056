// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log"
	"os"
	"path/filepath"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// logFile makes a log file for an example.
func logFile(content string) (path string, remove func()) {
	dir, err := os.MkdirTemp("", "example")
	if err != nil {
		log.Fatal(err)
	}
	path = filepath.Join(dir, "app.log")
	write(path, content)
	return path, func() { os.RemoveAll(dir) }
}

// write appends to a log file, as the program does that it belongs to.
func write(path, content string) {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		log.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(content); err != nil {
		log.Fatal(err)
	}
}

func ExampleOpen() {
	path, remove := logFile("one\ntwo\n")
	defer remove()

	t, err := tail.Open(path, tail.Config{Follow: true, ReOpen: true, CompleteLines: true})
	if err != nil {
		log.Fatal(err)
	}
	for line := range t.Lines {
		fmt.Println(line.Num, line.Text)
		if line.Text == "two" {
			write(path, "three\n")
		}
		if line.Text == "three" {
			break
		}
	}
	if err := t.Stop(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// 1 one
	// 2 two
	// 3 three
}

// What is written for nxadm/tail or hpcloud/tail works with another import
// path.
func ExampleTailFile() {
	path, remove := logFile("one\ntwo\n")
	defer remove()

	t, err := tail.TailFile(path, tail.Config{MustExist: true, Logger: tail.DiscardingLogger})
	if err != nil {
		log.Fatal(err)
	}
	for line := range t.Lines {
		fmt.Println(line.Text)
	}
	if err := t.Wait(); err != nil {
		log.Fatal(err)
	}
	// Output:
	// one
	// two
}

// StopAtEOF ends a tail once all that the file holds has been delivered.
func ExampleTail_StopAtEOF() {
	path, remove := logFile("one\ntwo\nthree\n")
	defer remove()

	t, err := tail.Open(path, tail.Config{Follow: true})
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println((<-t.Lines).Text)
	go t.StopAtEOF()
	for line := range t.Lines {
		fmt.Println(line.Text)
	}
	fmt.Println(t.Wait())
	// Output:
	// one
	// two
	// three
	// tail: stop at eof
}

func ExampleNewReader() {
	path, remove := logFile("one\ntwo\n")
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
		fmt.Printf("%d to %d: %s\n", item.Offset, item.End, item.Line)
	}
	// Output:
	// 0 to 4: one
	// 4 to 8: two
}

// Lines goes on with the new file when the log is rotated. It ends with the
// cause of the context.
func ExampleReader_Lines() {
	path, remove := logFile("one\n")
	defer remove()

	r, err := tail.NewReader(path, tail.Config{Follow: true, ReOpen: true, CompleteLines: true})
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
		fmt.Printf("file %d: %s\n", item.File.Generation, item.Line)
		switch item.Text() {
		case "one":
			if err := os.Rename(path, path+".1"); err != nil {
				log.Fatal(err)
			}
			write(path, "two\n")
		case "two":
			cancel(errors.New("seen enough"))
		}
	}
	// Output:
	// file 1: one
	// file 2: two
	// end: seen enough
}

// Structured logs are decoded line by line. CompleteLines sees to it that none
// is decoded before the whole of it has been written.
func ExampleReader_Lines_json() {
	path, remove := logFile(`{"level":"info","msg":"listening"}` + "\n" + `{"level":"error","msg":"disk full"}` + "\n" + "not JSON\n")
	defer remove()

	r, err := tail.NewReader(path, tail.Config{CompleteLines: true})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for item, err := range r.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		var entry struct{ Level, Msg string }
		if err := json.Unmarshal(item.Line, &entry); err != nil {
			fmt.Printf("skipped the line at %d\n", item.Offset)
			continue
		}
		fmt.Printf("%s: %s\n", entry.Level, entry.Msg)
	}
	// Output:
	// info: listening
	// error: disk full
	// skipped the line at 71
}

// Stream copies a log, here to the standard output, until its context is done.
func ExampleStream() {
	path, remove := logFile("one\ntwo\n")
	defer remove()

	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	out := writerFunc(func(lines []byte) (int, error) {
		cancel() // an example has to end
		return os.Stdout.Write(lines)
	})
	err := tail.Stream(ctx, out, path, true)
	fmt.Println(errors.Is(err, context.Canceled))
	// Output:
	// one
	// two
	// true
}

type writerFunc func(p []byte) (int, error)

func (f writerFunc) Write(p []byte) (int, error) { return f(p) }

// Without follow, Stream returns at the end of the file.
func ExampleStream_once() {
	path, remove := logFile("one\ntwo\n")
	defer remove()

	if err := tail.Stream(context.Background(), os.Stdout, path, false); err != nil {
		log.Fatal(err)
	}
	// Output:
	// one
	// two
}

// A Group follows many files in one goroutine. Between the files there is no
// order.
func ExampleGroup() {
	access, remove := logFile("GET /\nGET /favicon.ico\n")
	defer remove()
	failures, removeToo := logFile("favicon.ico: no such file\n")
	defer removeToo()

	var g tail.Group
	defer g.Close()
	for _, path := range []string{access, failures} {
		if err := g.Add(path, tail.Config{}); err != nil {
			log.Fatal(err)
		}
	}
	g.Finish() // nothing will be added: the loop ends with the last file
	for item, err := range g.Lines(context.Background()) {
		switch {
		case err != nil && item.File != nil:
			log.Printf("gone on without %s: %v", item.File.Path, err)
		case err != nil:
			log.Fatal(err)
		case item.File.Path == access:
			fmt.Printf("access:  %s\n", item.Line)
		default:
			fmt.Printf("failure: %s\n", item.Line)
		}
	}
	// Unordered output:
	// access:  GET /
	// access:  GET /favicon.ico
	// failure: favicon.ico: no such file
}

// LastLines starts near the end, as tail -n does.
func ExampleConfig_lastLines() {
	path, remove := logFile("one\ntwo\nthree\nfour\n")
	defer remove()

	r, err := tail.NewReader(path, tail.Config{LastLines: 2})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for item, err := range r.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		fmt.Println(item.Text())
	}
	// Output:
	// three
	// four
}

// The End of a line, kept somewhere, is where to go on after a restart:
// nothing is lost and nothing comes twice.
func ExampleConfig_resume() {
	path, remove := logFile("one\ntwo\n")
	defer remove()

	var done int64 // a program would keep it in a file
	follow := func(until string) {
		r, err := tail.NewReader(path, tail.Config{
			Location: &tail.SeekInfo{Offset: done, Whence: io.SeekStart},
			Follow:   true, CompleteLines: true,
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
			if done = item.End; item.Text() == until {
				return
			}
		}
	}
	follow("one")
	write(path, "three\n") // while nobody follows
	fmt.Println("again from", done)
	follow("three")
	// Output:
	// one
	// again from 4
	// two
	// three
}

// Bytes that were overwritten before they could be read are a gap, told
// between the lines where it is.
func ExampleGap() {
	path, remove := logFile("one\n")
	defer remove()

	r, err := tail.NewReader(path, tail.Config{Follow: true, ReOpen: true, CompleteLines: true})
	if err != nil {
		log.Fatal(err)
	}
	defer r.Close()
	for item, err := range r.Lines(context.Background()) {
		if err != nil {
			log.Fatal(err)
		}
		if item.Gap != nil {
			fmt.Println("something may be missing here:", item.Gap.Kind)
			continue
		}
		fmt.Println(item.Text())
		if item.Text() == "two" {
			break
		}
		if err := os.Truncate(path, 0); err != nil { // as copytruncate does
			log.Fatal(err)
		}
		write(path, "two\n")
	}
	// Output:
	// one
	// something may be missing here: truncated
	// two
}
