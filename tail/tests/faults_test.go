// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/watch"
)

// use puts l in the place of the kernel's watch layer until the test ends. A
// test that does so does not run beside others.
func (l *layer) use(t *testing.T) {
	t.Helper()
	kernel := watch.Default
	watch.Default = watch.NewHub(l.open)
	t.Cleanup(func() { watch.Default = kernel })
}

// logInFolder makes a log that holds "one", in a folder that may go.
func logInFolder(t *testing.T) string {
	t.Helper()
	path := filepath.Join(folder(t), "dir", "log")
	if err := os.Mkdir(filepath.Dir(path), 0o700); err != nil {
		t.Fatal(err)
	}
	write(t, path, "one\n")
	return path
}

// situations are what a log that holds "one" may go through.
var situations = map[string]func(t *testing.T, path string, o *output){
	"growth": func(t *testing.T, path string, o *output) {
		for _, line := range numbered(1, 3) {
			appendTo(t, path, line+"\n")
			o.want(line)
		}
	},
	"rotation": func(t *testing.T, path string, o *output) {
		for _, line := range numbered(1, 3) {
			appendTo(t, path, "last "+line+"\n")
			rotate(t, path)
			write(t, path, line+"\n")
			o.wantLines("last "+line, line)
		}
	},
	"deletion": func(t *testing.T, path string, o *output) {
		appendTo(t, path, "two\n")
		remove(t, path)
		o.want("two")
		write(t, path, "one\n")
		o.wantLines("one")
	},
	"truncation": func(t *testing.T, path string, o *output) {
		write(t, path, "1\n")
		o.want("gap: truncated", "1")
		write(t, path, "longer than one\n")
		o.want("gap: truncated", "longer than one")
	},
	"absence": func(t *testing.T, path string, o *output) {
		dir := filepath.Dir(path)
		if err := removeAll(dir); err != nil {
			t.Fatal(err)
		}
		appendTo(t, filepath.Join(filepath.Dir(dir), "beside"), "nothing to do with it\n")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, "two\n")
		o.wantLines("two")
	},
}

// faults are what a watch layer may do to those who rely on it.
var faults = map[string]func(t *testing.T, l *layer){
	"never fires":               func(*testing.T, *layer) {},
	"refuses every watch":       func(_ *testing.T, l *layer) { l.refuseWatches() },
	"cannot be had":             func(_ *testing.T, l *layer) { l.refusal = syscall.EMFILE },
	"reports errors in a storm": func(_ *testing.T, l *layer) { l.add, l.remove = stormy, stormy },
	"Add never returns":         func(t *testing.T, l *layer) { l.add = never(t) },
	"Remove never returns":      func(t *testing.T, l *layer) { l.remove = never(t) },
	// As in a chroot, or where /proc is not mounted.
	"cannot reach descriptors": func(t *testing.T, l *layer) {
		hideDescriptors(t)
		l.add = func(_ *backend, name string) error {
			if isDescriptor(name) {
				return syscall.EACCES
			}
			return nil
		}
	},
	"Close never returns": func(t *testing.T, l *layer) {
		hang := never(t)
		l.closing = func(b *backend) { _ = hang(b, "") }
	},
	"loses each watch at once": func(_ *testing.T, l *layer) {
		l.add = func(b *backend, name string) error {
			b.send(name, fsnotify.Rename)
			return nil
		}
	},
	"doubles and makes up": func(_ *testing.T, l *layer) {
		l.add = func(b *backend, name string) error {
			for _, op := range []fsnotify.Op{fsnotify.Write, fsnotify.Create, fsnotify.Chmod, fsnotify.Write, fsnotify.Remove} {
				b.send(name, op)
			}
			return nil
		}
	},
	"tells late": func(_ *testing.T, l *layer) {
		l.add = func(b *backend, name string) error {
			go b.sendLate(name, 10*time.Second)
			return nil
		}
	},
	"tells of others": func(_ *testing.T, l *layer) {
		l.add = func(b *backend, name string) error {
			b.send(name+"/other", fsnotify.Create)
			b.send("elsewhere", fsnotify.Remove)
			return nil
		}
	},
}

func stormy(b *backend, _ string) error {
	for range 200 {
		b.fail(errors.New("storm"))
	}
	return nil
}

// bounded fails the test where the library asks for watches without end, and
// ends that.
func bounded(t *testing.T, l *layer) {
	add := l.add
	var calls atomic.Int64
	l.add = func(b *backend, name string) error {
		if n := calls.Add(1); n >= 1000 {
			if n == 1000 {
				t.Error("asked for 1000 watches")
			}
			return syscall.ENOSPC
		}
		if add == nil {
			return nil
		}
		return add(b, name)
	}
}

func TestFaultyWatchLayerCostsNoData(t *testing.T) {
	for fault, spoil := range faults {
		for situation, happen := range situations {
			t.Run(fault+"/"+situation, func(t *testing.T) {
				if situation == "absence" || situation == "deletion" {
					skipWindows(t, "a file that is held keeps its name there")
				}
				inBubble(t, func(t *testing.T, l *layer) {
					spoil(t, l)
					bounded(t, l)
					l.use(t)
					path := logInFolder(t)
					o := follow(t, path, following(tail.Config{Logger: testLog{t}}))
					o.want("one")
					happen(t, path, o)
				})
			})
		}
	}
}

// TestSafetyTickBoundsTheDelay to about a second, where no event ever comes.
func TestSafetyTickBoundsTheDelay(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		path := logFile(t, "one\n")
		o := follow(t, path, following(tail.Config{}))
		o.want("one")
		for _, line := range numbered(1, 10) {
			begin := time.Now()
			rotate(t, path)
			write(t, path, line+"\n")
			o.want(line)
			if took := time.Since(begin); took > 1500*time.Millisecond {
				t.Errorf("%s came after %v", line, took)
			}
		}
	})
}

// TestSafetyTickServesAll who drive the same step.
func TestSafetyTickServesAll(t *testing.T) {
	for name, start := range map[string]func(t *testing.T, path string) (lines <-chan string, stop func()){
		"Tail": startTail, "Stream": startStream, "Group": startGroup,
	} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, l *layer) {
				l.use(t)
				path := logFile(t, "one\n")
				lines, stop := start(t, path)
				defer stop()
				o := &output{t: t, items: make(chan string)}
				go func() {
					defer close(o.items)
					for s := range lines {
						o.items <- s
					}
				}()
				o.want("one")
				appendTo(t, path, "two\n")
				o.want("two")
				rename(t, path, path+".1")
				write(t, path, "three\n")
				o.want("three")
			})
		})
	}
}

func startTail(t *testing.T, path string) (<-chan string, func()) {
	tl, err := tail.Open(path, following(tail.Config{}))
	if err != nil {
		t.Fatal(err)
	}
	lines := make(chan string)
	go func() {
		defer close(lines)
		for l := range tl.Lines {
			lines <- l.Text
		}
	}()
	return lines, func() {
		if err := tl.Stop(); err != nil {
			t.Error(err)
		}
	}
}

// lineWriter sends what is written to it, line by line.
type lineWriter chan string

func (w lineWriter) Write(b []byte) (int, error) {
	for line := range bytes.Lines(b) {
		w <- strings.TrimSuffix(string(line), "\n")
	}
	return len(b), nil
}

func startStream(t *testing.T, path string) (<-chan string, func()) {
	ctx, cancel := context.WithCancel(t.Context())
	w, ended := make(lineWriter), make(chan error, 1)
	go func() {
		defer close(w)
		ended <- tail.Stream(ctx, w, path, true)
	}()
	return w, func() {
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("Stream returned %v", err)
		}
	}
}

func startGroup(t *testing.T, path string) (<-chan string, func()) {
	var g tail.Group
	if err := g.Add(path, following(tail.Config{})); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	lines := make(chan string)
	var wg sync.WaitGroup
	wg.Go(func() {
		defer close(lines)
		for item, err := range g.Lines(ctx) {
			if err == nil {
				lines <- item.Text()
			}
		}
	})
	return lines, func() {
		cancel()
		wg.Wait()
		g.Close()
	}
}

// TestFallbackToPollingIsToldOnce however often it is met afterwards.
func TestFallbackToPollingIsToldOnce(t *testing.T) {
	for _, fault := range []string{"refuses every watch", "cannot be had", "Add never returns"} {
		t.Run(fault, func(t *testing.T) {
			inBubble(t, func(t *testing.T, l *layer) {
				faults[fault](t, l)
				l.use(t)
				path, cfg, log := logFile(t, "one\n"), following(tail.Config{}), newRecorder(t)
				cfg.Logger = log
				o, r := ranging(t, path, cfg)
				o.want("one")
				for range 3 {
					situations["rotation"](t, path, o)
				}
				synctest.Wait()
				if n := log.count("polling " + path); n != 1 {
					t.Errorf("told %d times, want once", n)
				}
				if !r.Stats().Polling {
					t.Error("Stats do not say so")
				}
			})
		})
	}
}

// TestPollingThatWasAskedForIsNoFallback and is not told.
func TestPollingThatWasAskedForIsNoFallback(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.refusal = syscall.EMFILE
		l.use(t)
		path, cfg, log := logFile(t, "one\n"), following(tail.Config{Poll: true}), newRecorder(t)
		cfg.Logger = log
		o, r := ranging(t, path, cfg)
		o.want("one")
		situations["growth"](t, path, o)
		synctest.Wait()
		if log.count("polling") != 0 || r.Stats().Polling {
			t.Error("reported as a fallback")
		}
	})
}

// TestStopReturnsWhereTheWatcherHangs within the time that its calls are given.
func TestStopReturnsWhereTheWatcherHangs(t *testing.T) {
	for _, fault := range []string{"Add never returns", "Remove never returns"} {
		t.Run(fault, func(t *testing.T) {
			inBubble(t, func(t *testing.T, l *layer) {
				faults[fault](t, l)
				l.use(t)
				tl, err := tail.Open(logFile(t, ""), following(tail.Config{}))
				if err != nil {
					t.Fatal(err)
				}
				synctest.Wait()
				begin := time.Now()
				if err := tl.Stop(); err != nil {
					t.Error(err)
				}
				if took := time.Since(begin); took > patience {
					t.Errorf("Stop took %v", took)
				}
			})
		})
	}
}

// TestEndlessStormOfErrors runs in real time, since that storm never rests.
func TestEndlessStormOfErrors(t *testing.T) {
	for situation, happen := range situations {
		t.Run(situation, func(t *testing.T) {
			if situation == "absence" || situation == "deletion" {
				skipWindows(t, "a file that is held keeps its name there")
			}
			var l layer
			var begun sync.Once
			l.add = func(b *backend, _ string) error {
				begun.Do(func() {
					go func() { // ends with the backend
						for !b.closed() {
							b.fail(fsnotify.ErrEventOverflow)
						}
					}()
				})
				return nil
			}
			l.use(t)
			path := logInFolder(t)
			o := follow(t, path, following(tail.Config{Logger: testLog{t}}))
			o.want("one")
			happen(t, path, o)
		})
	}
}
