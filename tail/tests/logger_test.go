// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"log"
	"path/filepath"
	"runtime"
	"slices"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// badLog is a Logger that does not return while it is set.
type badLog struct {
	testLog
	end *atomic.Pointer[func()]
}

func newBadLog(t *testing.T, end func()) badLog {
	l := badLog{testLog: testLog{t}, end: new(atomic.Pointer[func()])}
	l.end.Store(&end)
	return l
}

func (l badLog) Printf(format string, v ...any) {
	if end := l.end.Load(); end != nil {
		(*end)()
	}
	l.testLog.Printf(format, v...)
}

const loggerPanics = "the Logger panics"

// recovered is what f panics with.
func recovered(f func()) (why any) {
	defer func() { why = recover() }()
	f()
	return nil
}

// behindEnd is where a file cannot be begun, of which the Logger is told.
var behindEnd = &tail.SeekInfo{Offset: 1000}

// TestLoggerPanicsInAdd and leaves nothing open.
func TestLoggerPanicsInAdd(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 20)
	before := descriptors(t)
	bad := newBadLog(t, func() { panic(loggerPanics) })
	cfg := tail.Config{Location: behindEnd, Logger: bad}
	g := newGroup(t, tail.Config{})
	for name, adding := range map[string]func(){
		"NewReader": func() { _, _ = tail.NewReader(paths[0], cfg) },
		"Add":       func() { _ = g.Add(paths[0], cfg) },
		"AddAll":    func() { _ = g.AddAll(paths, cfg) },
	} {
		if why := recovered(adding); why != loggerPanics {
			t.Errorf("%s panics with %v", name, why)
		}
		wantClosed(t, before)
	}
	bad.end.Store(nil)
	must(t, g.AddAll(paths, cfg)) // none of them is in the group
	g.Finish()
	if got := rangeOver(t, g, always); len(got) != len(paths) {
		t.Errorf("got %q", got)
	}
}

// TestLoggerEndsTheGoroutineInAddAll as t.FailNow does: the caller's, too.
func TestLoggerEndsTheGoroutineInAddAll(t *testing.T) {
	leavesNothing(t)
	paths := logFiles(t, 20)
	before := descriptors(t)
	bad := newBadLog(t, runtime.Goexit)
	g := newGroup(t, tail.Config{})
	ended := make(chan bool, 1)
	go func() {
		returned := false
		defer func() { ended <- !returned }()
		_ = g.AddAll(paths, tail.Config{Location: behindEnd, Logger: bad})
		returned = true
	}()
	if !receive(t, "the end of the goroutine", ended) {
		t.Error("AddAll returned")
	}
	g.Finish()
	if got := rangeOver(t, g, always); len(got) > 0 {
		t.Errorf("got %q", got)
	}
	wantClosed(t, before)
}

// TestLoggerPanicsInTheLoop which can be gone on with.
func TestLoggerPanicsInTheLoop(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	failing := true
	faulty(t, func(op fileid.Op, name string) error {
		if op == fileid.OpRead && filepath.Base(name) == "log" && failing {
			failing = false
			return syscall.EIO // of which the Logger is told
		}
		return nil
	})
	bad := newBadLog(t, func() { panic(loggerPanics) })
	g := newGroup(t, tail.Config{Logger: bad}, path)
	g.Finish()
	if why := recovered(func() {
		for range g.Lines(t.Context()) {
			t.Error("something came")
		}
	}); why != loggerPanics {
		t.Errorf("Lines panics with %v", why)
	}
	bad.end.Store(nil)
	if got := rangeOver(t, g, always); !slices.Equal(got, []string{"log: one"}) {
		t.Errorf("got %q", got)
	}
}

// TestLoggerPanicsWhereACopyIsOpen which is closed with the rest, and read before.
func TestLoggerPanicsWhereACopyIsOpen(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "one\n")
	before := descriptors(t)
	bad := newBadLog(t, func() { panic(loggerPanics) })
	g := newGroup(t, following(tail.Config{Logger: bad, Poll: true, PollInterval: time.Millisecond}), path)
	wantReady(t, g, nil, "one")
	write(t, path+".1", "one\ntwo\n")
	write(t, path, "three\n")
	if why := recovered(func() { ready(t, g) }); why != loggerPanics {
		t.Errorf("Ready panics with %v", why)
	}
	bad.end.Store(nil)
	if got := rangeOver(t, g, func(got string) bool { return got != "log: three" }); !slices.Contains(got, "log: two") {
		t.Errorf("got %q", got)
	}
	g.Close()
	wantClosed(t, before)
}

// TestLoggerThatIsNil in an interface that is not: what a variable of its type holds.
func TestLoggerThatIsNil(t *testing.T) {
	leavesNothing(t)
	var logger *log.Logger
	g := newGroup(t, following(tail.Config{Logger: logger}), logFile(t, "one\n")+".missing")
	wantReady(t, g, nil)
}
