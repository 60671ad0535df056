// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	hpcloud "github.com/hpcloud/tail"
	nxadm "github.com/nxadm/tail"
	"github.com/nxadm/tail/ratelimiter"
	"gopkg.in/tomb.v1"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func wantLines(t *testing.T, tl *tail.Tail, want ...string) {
	t.Helper()
	for _, text := range want {
		line, ok := receive(t, text, tl.Lines)
		if !ok || line.Text != text || line.Err != nil {
			t.Fatalf("got %+v, want %q; the tail says %v", line, text, tl.Err())
		}
	}
}

// open returns a tail that is stopped with its test.
func open(t *testing.T, m module, path string, cfg tail.Config) *tail.Tail {
	t.Helper()
	tl, err := m.tailFile(path, cfg)
	must(t, err)
	t.Cleanup(func() {
		tl.Stop()
		tl.Cleanup()
	})
	return tl
}

func TestTailGoesOnAfterRotation(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		for _, poll := range []bool{false, true} {
			path := logFile(t, "one\ntwo\n")
			tl := open(t, m, path, tail.Config{Follow: true, ReOpen: true, Poll: poll, Logger: tail.DiscardingLogger})
			wantLines(t, tl, "one", "two")
			must(t, os.Rename(path, path+".1"))
			write(t, path, "three\n")
			wantLines(t, tl, "three")
			appendTo(t, path, "four\n")
			wantLines(t, tl, "four")
			if err := tl.Stop(); err != nil {
				t.Errorf("Stop says %v", err)
			}
		}
	})
}

func TestTailWaitsForTheFile(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		path := filepath.Join(folder(t), "log")
		if _, err := m.tailFile(path, tail.Config{MustExist: true}); !os.IsNotExist(err) {
			t.Errorf("with MustExist: %v", err)
		}
		tl := open(t, m, path, tail.Config{Follow: true})
		write(t, path, "one\n")
		wantLines(t, tl, "one")
	})
}

func TestStopAtEOF(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		tl := open(t, m, logFile(t, "one\ntwo\n"), tail.Config{Follow: true})
		wantLines(t, tl, "one", "two")
		if offset, err := tl.Tell(); offset != int64(len("one\ntwo\n")) || err != nil {
			t.Errorf("Tell says %d, %v", offset, err)
		}
		if err := tl.StopAtEOF(); err == nil || err.Error() != "tail: stop at eof" {
			t.Errorf("StopAtEOF says %v", err)
		}
		if line, ok := receive(t, "the end", tl.Lines); ok {
			t.Errorf("%+v comes after the end", line)
		}
	})
}

// TestKilledTail: programs hold a Tail by its Tomb too.
func TestKilledTail(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		tl := open(t, m, logFile(t, ""), tail.Config{Follow: true})
		if err := tl.Err(); !errors.Is(err, tomb.ErrStillAlive) {
			t.Errorf("Err says %v", err)
		}
		tl.Tomb.Kill(nil)
		receive(t, "Dead", tl.Dead())
		if err := tl.Wait(); err != nil {
			t.Errorf("Wait says %v", err)
		}
	})
}

func TestPollDurationCountsAfterwards(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		path := logFile(t, "")
		early := open(t, m, path, tail.Config{Follow: true, Poll: true})
		setPollDuration(t, m, time.Hour)
		late := open(t, m, path, tail.Config{Follow: true, Poll: true})
		own := open(t, m, path, tail.Config{Follow: true, Poll: true, PollInterval: time.Minute})
		setPollDuration(t, m, -1)
		none := open(t, m, path, tail.Config{Follow: true, Poll: true})
		for tl, want := range map[*tail.Tail]time.Duration{
			early: 2 * time.Millisecond, late: time.Hour, own: time.Minute, none: tail.DefaultPollInterval,
		} {
			if tl.PollInterval != want {
				t.Errorf("a file is looked at every %v, want %v", tl.PollInterval, want)
			}
		}
		appendTo(t, path, "one\n")
		wantLines(t, early, "one")
	})
}

func TestRateLimiter(t *testing.T) {
	each(t, func(t *testing.T, m module) {
		bucket := ratelimiter.NewLeakyBucket(100, time.Hour)
		limited := open(t, m, logFile(t, "one\ntwo\n"), tail.Config{RateLimiter: bucket})
		wantLines(t, limited, "one", "two")
		must(t, limited.Wait())
		if bucket.Fill < 1.9 || bucket.Fill > 2 {
			t.Errorf("two lines have poured %v", bucket.Fill)
		}
		var none *ratelimiter.LeakyBucket
		wantLines(t, open(t, m, logFile(t, "one\n"), tail.Config{RateLimiter: none}), "one")
		full := open(t, m, logFile(t, "one\n"), tail.Config{Follow: true, RateLimiter: ratelimiter.NewLeakyBucket(0, time.Hour)})
		if err := full.Stop(); err != nil {
			t.Errorf("Stop of one that may not send says %v", err)
		}
	})
}

func TestLoggersAndErrorsAreThoseOfTail(t *testing.T) {
	if nxadm.DefaultLogger != tail.DefaultLogger || hpcloud.DefaultLogger != tail.DefaultLogger ||
		nxadm.DiscardingLogger != tail.DiscardingLogger || hpcloud.DiscardingLogger != tail.DiscardingLogger {
		t.Error("a logger is another one")
	}
	if !errors.Is(nxadm.ErrStop, tail.ErrStop) || !errors.Is(hpcloud.ErrStop, tail.ErrStop) || tail.ErrStop.Error() != "tail should now stop" {
		t.Error("ErrStop is another one")
	}
}

func TestNewLineAndOpenFile(t *testing.T) {
	begin := time.Now()
	if line := nxadm.NewLine("text", 7); line.Text != "text" || line.Num != 7 || line.Time.Before(begin) {
		t.Errorf("nxadm: %+v", line)
	}
	if line := hpcloud.NewLine("text"); line.Text != "text" || line.Time.Before(begin) {
		t.Errorf("hpcloud: %+v", line)
	}
	path := logFile(t, "")
	for _, openFile := range []func(string) (*os.File, error){nxadm.OpenFile, hpcloud.OpenFile} {
		f, err := openFile(path)
		must(t, err)
		must(t, f.Close())
	}
}
