// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"time"
	"unsafe"

	nxadm "github.com/nxadm/tail"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// keeping measures what memory the lines of a channel hold: those that a
// consumer keeps, and those that nobody has taken yet.
type keeping struct{}

func (keeping) name() string { return "keeping" }

func (m keeping) measure(s settings) (result, error) {
	es := s.entries(m, "tail/channel", "nxadm/channel")
	if len(es) == 0 {
		return result{}, nil
	}
	path := filepath.Join(s.dir, "log")
	defer os.Remove(path)
	if err := m.keep(s, es, path); err != nil {
		return result{}, err
	}
	columns := []column{{"bytes kept/line", "%.0f", ""}}
	var r result
	r.atMost(16<<10, es.median("bytes kept/line", "tail/channel"), "Tail.Lines: bytes that a consumer who keeps one line in a thousand keeps alive with it")
	if ours := es.find("tail/channel"); ours != nil {
		for _, l := range lineLengths[:3] {
			heading := "ahead, lines of " + l.name
			columns = append(columns, column{heading, "%.0f", ""})
			if err := ours.ahead(s, path, l.length, heading); err != nil {
				return r, err
			}
			r.atMost(256<<10, es.median(heading, ours.name), "Tail.Lines: bytes that wait in the channel, "+l.name+" each")
		}
	}
	r.tables = []table{es.table(
		fmt.Sprintf(`What a line in a thousand keeps alive, of %d bytes each, and what waits in the channel of a Tail of which nobody
takes the lines, in bytes.`+spreadNote, lineLength, s.rounds), columns...)}
	return r, nil
}

// kept is how many lines are read for one that is kept.
const kept = 1000

// keep measures the heap beside the number of lines kept.
func (m keeping) keep(s settings, es entries, path string) error {
	want, err := writeLines(path, s.size, lineLength)
	if err != nil {
		return err
	}
	keepers := map[string]func(string) (int64, []any, error){"tail/channel": keepOurs, "nxadm/channel": keepNxadm}
	return s.interleave(m, es, false, func(e *entry, _ bool) error {
		before := heap()
		lines, held, err := keepers[e.name](path)
		bytes := heap() - before
		e.add(map[string]float64{"bytes kept/line": bytes / float64(max(1, len(held)))})
		runtime.KeepAlive(held)
		if err == nil && lines != want.lines {
			err = fmt.Errorf("delivered %d lines of %d", lines, want.lines)
		}
		return err
	})
}

// heap is what is alive, in bytes.
func heap() float64 {
	runtime.GC()
	runtime.GC() // for what is in a pool
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return float64(m.HeapAlloc)
}

func keepOurs(path string) (int64, []any, error) {
	t, err := tail.Open(path, tail.Config{MustExist: true})
	if err != nil {
		return 0, nil, err
	}
	n, held := keepSome(t.Lines)
	return n, held, t.Wait()
}

func keepNxadm(path string) (int64, []any, error) {
	t, err := nxadm.TailFile(path, nxadm.Config{MustExist: true, Logger: nxadm.DiscardingLogger})
	if err != nil {
		return 0, nil, err
	}
	n, held := keepSome(t.Lines)
	return n, held, t.Wait()
}

func keepSome[T any](lines <-chan *T) (n int64, held []any) {
	for line := range lines {
		if n++; n%kept == 0 {
			held = append(held, line)
		}
	}
	return n, held
}

// ahead measures what waits in the channel when nobody takes anything.
func (e *entry) ahead(s settings, path string, length int, heading string) error {
	if _, err := writeLines(path, 2_000_000, length); err != nil {
		return err
	}
	for range s.rounds {
		t, err := tail.Open(path, tail.Config{MustExist: true})
		if err != nil {
			return err
		}
		for last := -1; last != len(t.Lines); time.Sleep(50 * time.Millisecond) {
			last = len(t.Lines)
		}
		if err := t.Stop(); err != nil {
			return err
		}
		bytes := 0
		for line := range t.Lines {
			bytes += len(line.Text) + int(unsafe.Sizeof(*line))
		}
		e.add(map[string]float64{heading: float64(bytes)})
	}
	return nil
}
