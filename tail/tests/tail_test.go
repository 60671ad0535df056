// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"io"
	"log"
	"maps"
	"os"
	"reflect"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"gopkg.in/tomb.v1"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// What nxadm/tail has, by name and type: a caller of it changes the import
// path alone. That this compiles is the test.
var (
	_ = tail.Config{
		Location:      &tail.SeekInfo{Offset: 0, Whence: io.SeekStart},
		ReOpen:        false,
		MustExist:     false,
		Poll:          false,
		Pipe:          false,
		Follow:        false,
		MaxLineSize:   0,
		RateLimiter:   nil,
		CompleteLines: false,
		Logger:        log.Default(),
	}
	_ = tail.Line{Text: "", Num: 0, SeekInfo: tail.SeekInfo{}, Time: time.Time{}, Err: nil}

	_ func(string, tail.Config) (*tail.Tail, error) = tail.TailFile
	_ func(string) (*os.File, error)                = tail.OpenFile
	_ func(string, int) *tail.Line                  = tail.NewLine
	_ error                                         = tail.ErrStop
	_ *log.Logger                                   = tail.DefaultLogger
	_ *log.Logger                                   = tail.DiscardingLogger

	_ interface {
		Stop() error
		StopAtEOF() error
		Tell() (int64, error)
		Cleanup()
		Wait() error
		Err() error
		Kill(reason error)
		Killf(format string, args ...any) error
		Dying() <-chan struct{}
		Dead() <-chan struct{}
	} = &tail.Tail{Filename: "", Lines: make(chan *tail.Line), Config: tail.Config{}, Tomb: tomb.Tomb{}}
)

// TestTailCanBeCompared as nxadm's can: it may be the key of a map.
func TestTailCanBeCompared(t *testing.T) {
	if !reflect.TypeFor[tail.Tail]().Comparable() {
		t.Error("a Tail cannot be compared")
	}
}

func TestTailTellsOfItself(t *testing.T) {
	leavesNothing(t)
	path := logFile(t, "")
	tl, err := tail.TailFile(path, tail.Config{Follow: true, MaxLineSize: 100})
	if err != nil {
		t.Fatal(err)
	}
	defer tl.Stop()
	if tl.Filename != path || !tl.Follow || tl.MaxLineSize != 100 || tl.PollInterval != tail.DefaultPollInterval {
		t.Errorf("Filename %q, Config %+v", tl.Filename, tl.Config)
	}
	if err := tl.Err(); !errors.Is(err, tomb.ErrStillAlive) {
		t.Errorf("Err says %v of a tail that is alive", err)
	}
	tl.Cleanup()
	appendTo(t, path, "one\n")
	wantLines(t, tl, "one")
}

func TestLineTellsOfItself(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\r\n")
		tl := open(t, path, following(polled(t)))
		begin := time.Now()
		want := []tail.Line{
			{Text: "one\r", Num: 1, SeekInfo: tail.SeekInfo{Offset: 5}, Time: begin, Generation: 1},
			{Text: "", Num: 2, SeekInfo: tail.SeekInfo{Offset: 6}, Time: begin.Add(10 * time.Second), Generation: 1},
			{Text: "d\xff\x00é", Num: 3, SeekInfo: tail.SeekInfo{Offset: 12}, Time: begin.Add(10 * time.Second), Generation: 1},
		}
		got := []tail.Line{*nextLine(t, tl)}
		time.Sleep(10 * time.Second)
		appendTo(t, path, "\nd\xff\x00é\n")
		got = append(got, *nextLine(t, tl), *nextLine(t, tl))
		for i := range want {
			got[i].Time = got[i].Time.Truncate(10 * time.Second)
			if got[i] != want[i] {
				t.Errorf("line %d is %+v, want %+v", i+1, got[i], want[i])
			}
		}
	})
}

func TestLinesIsClosedAtTheEnd(t *testing.T) {
	for name, content := range map[string]string{"of lines": "one\ntwo\n", "of a piece": "one\ntwo", "of nothing": ""} {
		t.Run(name, func(t *testing.T) {
			leavesNothing(t)
			tl := open(t, logFile(t, content), tail.Config{})
			if got := texts(t, tl); !slices.Equal(got, lastly(content)) {
				t.Errorf("got %q", got)
			}
			if err := returns(t, "Wait", tl.Wait); err != nil {
				t.Errorf("Wait says %v", err)
			}
		})
	}
}

func TestMissingFileIsAwaitedAndReadToItsEnd(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		path := folder(t) + "/log"
		tl := open(t, path, cfg)
		write(t, path+".new", "one\ntwo")
		rename(t, path+".new", path)
		wantLines(t, tl, "one", "two")
		wantEnd(t, tl)
	})
}

func TestReportGaps(t *testing.T) {
	for name, report := range map[string]bool{"asked for": true, "not asked for": false} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				cfg.ReportGaps = report
				path := logFile(t, "one\ntwo\n")
				tl := open(t, path, following(cfg))
				wantLines(t, tl, "one", "two")
				write(t, path, "three\n")
				if report {
					l := nextLine(t, tl)
					if l.Gap == nil || l.Gap.Kind != tail.GapTruncated || l.Text != "" || l.Generation != 1 || l.Gap.Offset != 8 {
						t.Errorf("got %+v with the gap %+v", l, l.Gap)
					}
				}
				if l := nextLine(t, tl); l.Text != "three" || l.Num != 1 || l.Gap != nil {
					t.Errorf("got %+v", l)
				}
				if st := tl.Stats(); st.Gaps != 1 {
					t.Errorf("%d gaps were counted, want 1", st.Gaps)
				}
			})
		})
	}
}

func TestSilentWithoutLogger(t *testing.T) {
	out := logFile(t, "")
	redirect(t, out)
	path := logFile(t, "one\n")
	tl := open(t, path, tail.Config{Follow: true, ReOpen: true, Poll: true, PollInterval: time.Millisecond})
	wantLines(t, tl, "one")
	remove(t, path)
	write(t, path, "two\n")
	wantLines(t, tl, "two")
	tl.Stop()
	if said, _ := os.ReadFile(out); len(said) > 0 {
		t.Errorf("it says %q", said)
	}
}

// redirect sends all that this process says into a file.
func redirect(t *testing.T, path string) {
	t.Helper()
	out, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	old := os.Stderr
	os.Stderr = out
	log.SetOutput(out)
	tail.DefaultLogger.SetOutput(out)
	t.Cleanup(func() {
		os.Stderr = old
		log.SetOutput(old)
		tail.DefaultLogger.SetOutput(old)
		out.Close()
	})
}

func TestLoggerIsTold(t *testing.T) {
	var out strings.Builder
	path := logFile(t, "one\n")
	tl := open(t, path, tail.Config{Follow: true, ReOpen: true, Poll: true, PollInterval: time.Millisecond, Logger: log.New(&out, "", 0)})
	wantLines(t, tl, "one")
	rename(t, path, path+".1")
	write(t, path, "two\n")
	wantLines(t, tl, "two")
	tl.Stop()
	if got := out.String(); !strings.HasPrefix(got, "tail: ") || !strings.Contains(got, path+" is a new file") {
		t.Errorf("it says %q", got)
	}
}

func TestGapKindsHaveNames(t *testing.T) {
	want := map[tail.GapKind]string{tail.GapTruncated: "truncated", tail.GapReplaced: "replaced", 99: "GapKind(99)"}
	got := map[tail.GapKind]string{}
	for k := range want {
		got[k] = k.String()
	}
	if !maps.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}
