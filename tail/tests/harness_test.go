// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

func TestMain(m *testing.M) {
	logwriter.Main() // does not return where this process is to be a writer
	if os.Getenv(eventless) == "silent" {
		watch.Default = watch.NewHub((&layer{}).open)
		watch.Default.Tick = 10 * time.Millisecond
	}
	watch.Default.ParkAlways = os.Getenv(parkAlways) != ""
	if version := os.Getenv(fsnotifyVersion); version != "" {
		watch.FilesOnly = func() bool { return watch.FilesOnlyWith(version) }
	}
	goleak.VerifyTestMain(m)
}

// fsnotifyVersion tells the tests which fsnotify they are built with, where that
// is another than the go.mod file says.
const fsnotifyVersion = "TAIL_TEST_FSNOTIFY"

// parkAlways makes followers park after each step where they can, and not only
// where nothing happens.
const parkAlways = "TAIL_TEST_PARK"

// eventless says that all tests run without kernel events: "silent" on a watch
// layer that takes every watch and never tells of anything, so that the safety
// tick does it all; "refused" where the kernel gives no watch.
const eventless = "TAIL_TEST_EVENTLESS"

// aboutEvents is for tests of the kernel's own watches.
func aboutEvents(t *testing.T) {
	t.Helper()
	if how := os.Getenv(eventless); how != "" {
		t.Skipf("%s=%s: this is about the kernel's events", eventless, how)
	}
}

// aboutFolders is for tests of what only a watch of the folder tells.
func aboutFolders(t *testing.T) {
	t.Helper()
	if watch.FilesOnly() {
		t.Skipf("linux: with fsnotify %s folders are not watched", os.Getenv(fsnotifyVersion))
	}
}

// patience is how long a test waits for what must come. It is long because the
// machine may be busy, and no test that passes waits for it.
const patience = 30 * time.Second

// eachMode runs a test with kernel events and with polling.
func eachMode(t *testing.T, test func(t *testing.T, cfg tail.Config)) {
	t.Helper()
	// The interval counts for events too, where there are none to be had.
	cfg := tail.Config{PollInterval: 5 * time.Millisecond}
	t.Run("events", func(t *testing.T) {
		cfg.Logger = testLog{t}
		test(t, cfg)
	})
	t.Run("polling", func(t *testing.T) {
		cfg.Logger, cfg.Poll = testLog{t}, true
		test(t, cfg)
	})
}

// following is cfg for a follower of the name that wants whole lines.
func following(cfg tail.Config) tail.Config {
	cfg.Follow, cfg.ReOpen, cfg.CompleteLines = true, true, true
	return cfg
}

// folder is a temporary folder of this test's own. t.TempDir is not used
// because its clean-up fails the test under Wine.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tail")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { removeAll(dir) })
	return dir
}

// removeAll is os.RemoveAll, which Wine lacks a system call for.
func removeAll(path string) error {
	if !isWine {
		return os.RemoveAll(path)
	}
	entries, _ := os.ReadDir(path) // none where it is no folder
	for _, e := range entries {
		if err := removeAll(filepath.Join(path, e.Name())); err != nil {
			return err
		}
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	return nil
}

func logFile(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(folder(t), "log")
	write(t, path, content)
	return path
}

// write makes a file with the given content, or gives an old one new content.
func write(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func appendTo(t *testing.T, path, content string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY|os.O_CREATE, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	if _, err := f.WriteString(content); err != nil {
		t.Fatal(err)
	}
}

func rename(t *testing.T, from, to string) {
	t.Helper()
	if err := os.Rename(from, to); err != nil {
		t.Fatal(err)
	}
}

// rotate renames a log to the next number that is free, and returns that name:
// on Windows nothing can be renamed onto a file that somebody holds.
func rotate(t *testing.T, path string) string {
	t.Helper()
	for n := 1; ; n++ {
		to := fmt.Sprintf("%s.%d", path, n)
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			rename(t, path, to)
			return to
		}
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

// output is what a consumer got, as text: lines, "gap KIND" and "end ERROR".
type output struct {
	t     *testing.T
	items chan string
}

// follow ranges over a Reader in the background until the test ends.
func follow(t *testing.T, path string, cfg tail.Config) *output {
	t.Helper()
	r, err := tail.NewReader(path, cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	o := &output{t: t, items: make(chan string, 1<<16)}
	done := make(chan struct{})
	go func() {
		defer close(done)
		o.drain(ctx, r)
	}()
	t.Cleanup(func() {
		cancel()
		<-done
		r.Close()
	})
	return o
}

func (o *output) drain(ctx context.Context, r *tail.Reader) {
	for item, err := range r.Lines(ctx) {
		o.items <- show(item, err)
	}
	close(o.items)
}

func show(item tail.Item, err error) string {
	switch {
	case errors.Is(err, context.Canceled):
		return "end: canceled"
	case err != nil:
		return "end: " + err.Error()
	case item.Gap != nil:
		return fmt.Sprintf("gap: %s", item.Gap.Kind)
	case item.Partial():
		return item.Text() + "…"
	}
	return item.Text()
}

// next returns the next item.
func (o *output) next() string {
	o.t.Helper()
	select {
	case s, ok := <-o.items:
		if !ok {
			return "end"
		}
		return s
	case <-time.After(patience):
		o.t.Fatal("nothing came")
		return ""
	}
}

// want fails the test unless exactly these items come next.
func (o *output) want(items ...string) {
	o.t.Helper()
	for i, want := range items {
		if got := o.next(); got != want {
			o.t.Fatalf("item %d of %d is %q, want %q", i+1, len(items), got, want)
		}
	}
}

// testLog passes the library's log on to the test's.
type testLog struct{ t *testing.T }

func (l testLog) Printf(format string, v ...any) { l.t.Logf(format, v...) }
func (l testLog) Print(v ...any)                 { l.t.Log(v...) }
func (l testLog) Println(v ...any)               { l.t.Log(v...) }
func (l testLog) Fatal(v ...any)                 { l.t.Error(v...) }
func (l testLog) Fatalf(f string, v ...any)      { l.t.Errorf(f, v...) }
func (l testLog) Fatalln(v ...any)               { l.t.Error(v...) }
func (l testLog) Panic(v ...any)                 { l.t.Error(v...) }
func (l testLog) Panicf(f string, v ...any)      { l.t.Errorf(f, v...) }
func (l testLog) Panicln(v ...any)               { l.t.Error(v...) }

// numbered returns the lines "line from" up to "line to".
func numbered(from, to int) []string {
	var lines []string
	for i := from; i <= to; i++ {
		lines = append(lines, fmt.Sprintf("line %d", i))
	}
	return lines
}

func text(lines []string) string { return strings.Join(lines, "\n") + "\n" }

// split is the inverse of text.
func split(content string) []string {
	return strings.Split(strings.TrimSuffix(content, "\n"), "\n")
}
