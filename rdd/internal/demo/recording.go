// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"
)

// pace is the pause after each line of the recording.
const pace = 5 * time.Millisecond

// The logs of one hostagent of Lima v2.2.0 on a namespace guest, with port
// forwards, from its start to its stop.
var (
	//go:embed recording/ha.stdout.log
	recordedStdout []byte
	//go:embed recording/ha.stderr.log
	recordedStderr []byte
)

// player writes a recording into two logs, line by line.
type player struct {
	dir            string
	stdout, stderr *os.File
	quit           context.CancelFunc
	ended          chan struct{} // closed at the end of the recording, once failure is set
	failure        error
}

func startRecording() (*player, error) {
	dir, err := os.MkdirTemp("", "rdd-demo-")
	if err != nil {
		return nil, err
	}
	p := &player{dir: dir, ended: make(chan struct{})}
	if err := p.create(); err != nil {
		_ = p.remove()
		return nil, err
	}
	ctx, quit := context.WithCancel(context.Background())
	p.quit = quit
	go func() { // until the recording ends, or quit is called
		defer close(p.ended)
		p.failure = p.play(ctx, merge(recordedStdout, recordedStderr))
	}()
	return p, nil
}

func (p *player) create() (err error) {
	if p.stdout, err = os.Create(filepath.Join(p.dir, "ha.stdout.log")); err != nil {
		return err
	}
	p.stderr, err = os.Create(filepath.Join(p.dir, "ha.stderr.log"))
	return err
}

func (p *player) play(ctx context.Context, lines []recorded) error {
	tick := time.NewTicker(pace)
	defer tick.Stop()
	for _, line := range lines {
		log := p.stderr
		if line.event {
			log = p.stdout
		}
		if _, err := log.Write(line.text); err != nil {
			return fmt.Errorf("play the recording: %w", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return nil
		}
	}
	return nil
}

func (p *player) logs() (stdout, stderr string)          { return p.stdout.Name(), p.stderr.Name() }
func (p *player) running(context.Context, *screen) error { return nil }
func (p *player) done() <-chan struct{}                  { return p.ended }
func (p *player) err() error                             { return p.failure }
func (p *player) reason() string                         { return "" }
func (p *player) farewell() string                       { return "played a recording" }

// stop lets the recording come to its end, unless the demo is cut short.
func (p *player) stop(ctx context.Context, cut bool) error {
	if cut {
		p.quit()
	}
	select {
	case <-p.ended:
	case <-ctx.Done():
		p.quit()
		<-p.ended
	}
	return p.failure
}

func (p *player) remove() error {
	if p.quit != nil {
		p.quit()
		<-p.ended
	}
	_ = p.stdout.Close()
	if p.stderr != nil {
		_ = p.stderr.Close()
	}
	return os.RemoveAll(p.dir)
}

// recorded is one line of a recording, newline included.
type recorded struct {
	text  []byte
	event bool // a line of ha.stdout.log
}

// merge puts the lines of two logs into the order of their times, as far as
// whole seconds tell, which is all that ha.stderr.log has. A line without a time
// belongs to the one before it.
func merge(stdout, stderr []byte) []recorded {
	type timed struct {
		recorded
		at time.Time
	}
	var lines []timed
	collect := func(log []byte, event bool) {
		var at time.Time
		for text := range bytes.Lines(log) {
			if t := timeOf(text); !t.IsZero() {
				at = t
			}
			lines = append(lines, timed{recorded{text, event}, at})
		}
	}
	collect(stderr, false)
	collect(stdout, true)
	slices.SortStableFunc(lines, func(a, b timed) int { return a.at.Compare(b.at) })
	merged := make([]recorded, len(lines))
	for i, line := range lines {
		merged[i] = line.recorded
	}
	return merged
}

func timeOf(line []byte) time.Time {
	var stamped struct{ Time time.Time }
	if json.Unmarshal(line, &stamped) != nil {
		return time.Time{}
	}
	return stamped.Time.Truncate(time.Second)
}
