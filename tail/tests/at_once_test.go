// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"context"
	"maps"
	"path/filepath"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// atOnce runs a test in a bubble, with files that are looked at once an hour,
// and fails it if any of the bubble's time passes meanwhile.
func atOnce(t *testing.T, test func(t *testing.T, cfg tail.Config)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		cfg := following(polled(t))
		cfg.PollInterval = time.Hour
		begin := time.Now()
		test(t, cfg)
		if took := time.Since(begin); took > 0 {
			t.Errorf("it took %v of waiting", took)
		}
	})
}

// A Tail that waits ends at once, not when it would look again.
func TestEndsAtOnce(t *testing.T) {
	all := maps.Clone(tombWays)
	for name, way := range ways {
		all[name] = way.end
	}
	for _, point := range []string{"before the file exists", "idle at the end of the file", "held back by the rate limiter"} {
		for name, end := range all {
			t.Run(point+", "+name, func(t *testing.T) {
				atOnce(t, func(t *testing.T, cfg tail.Config) {
					tl := points[point](t, cfg)
					synctest.Wait()
					_ = end(tl)
				})
			})
		}
	}
}

func TestStopAtEOFEndsAtOnce(t *testing.T) {
	for _, point := range []string{"before the file exists", "idle at the end of the file"} {
		t.Run(point, func(t *testing.T) {
			atOnce(t, func(t *testing.T, cfg tail.Config) {
				tl := points[point](t, cfg)
				synctest.Wait()
				_ = tl.StopAtEOF()
			})
		})
	}
}

func TestReaderEndsAtOnce(t *testing.T) {
	for name, end := range map[string]func(r *tail.Reader, cancel context.CancelFunc){
		"Close":   func(r *tail.Reader, _ context.CancelFunc) { r.Close() },
		"context": func(_ *tail.Reader, cancel context.CancelFunc) { cancel() },
	} {
		t.Run(name, func(t *testing.T) {
			atOnce(t, func(t *testing.T, cfg tail.Config) {
				r := newReader(t, logFile(t, "one\n"), cfg)
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				go func() {
					synctest.Wait()
					end(r, cancel)
				}()
				n := 0
				for range r.Lines(ctx) {
					n++
				}
				if n != 2 {
					t.Errorf("%d pairs came, want a line and the end", n)
				}
			})
		})
	}
}

// A Group that waits takes up at once what it is told.
func TestGroupHearsAtOnce(t *testing.T) {
	for name, row := range map[string]struct {
		tell func(g *tail.Group, path string, cfg tail.Config)
		want []string
	}{
		"Close":              {func(g *tail.Group, _ string, _ tail.Config) { g.Close() }, []string{"one", "end: tail: closed"}},
		"Finish, and Remove": {func(g *tail.Group, path string, _ tail.Config) { g.Finish(); _ = g.Remove(path) }, []string{"one"}},
		"Remove, and Finish": {func(g *tail.Group, path string, _ tail.Config) { _ = g.Remove(path); g.Finish() }, []string{"one"}},
		"Add, and Close": {func(g *tail.Group, path string, cfg tail.Config) {
			_ = g.Add(filepath.Join(filepath.Dir(path), "more"), cfg)
			synctest.Wait()
			g.Close()
		}, []string{"one", "more", "end: tail: closed"}},
	} {
		t.Run(name, func(t *testing.T) {
			atOnce(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "one\n")
				write(t, filepath.Join(filepath.Dir(path), "more"), "more\n")
				g := newGroup(t, cfg, path)
				go func() {
					synctest.Wait()
					row.tell(g, path, cfg)
				}()
				var got []string
				for item, err := range g.Lines(t.Context()) {
					got = append(got, show(item, err))
				}
				if !slices.Equal(got, row.want) {
					t.Errorf("got %q, want %q", got, row.want)
				}
			})
		})
	}
}

func TestGroupContextEndsAtOnce(t *testing.T) {
	atOnce(t, func(t *testing.T, cfg tail.Config) {
		g := newGroup(t, cfg, logFile(t, "one\n"))
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			synctest.Wait()
			cancel()
		}()
		var got []string
		for item, err := range g.Lines(ctx) {
			got = append(got, show(item, err))
		}
		if !slices.Equal(got, []string{"one", "end: canceled"}) {
			t.Errorf("got %q", got)
		}
	})
}
