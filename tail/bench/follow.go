// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	nxadm "github.com/nxadm/tail"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// headLength is how much of a line a consumer gets to see: copying so little
// costs nothing and is the same for strings and for bytes.
const headLength = 20

// consumer is called for each line, always by the same goroutine.
type consumer func(head [headLength]byte, length int)

// follower follows a job's files to the end of the process. The first one is
// read from its beginning, and its lines go to the consumer. The others are
// idle and followed from their ends. Without a consumer all are idle.
type follower func(j job, consume consumer) error

var followers = map[string]follower{
	"tail/channel":  followTails,
	"tail/iterator": followReader,
	"tail/group":    followGroup,
	"nxadm/channel": followNxadm,
}

// seek is where to start in the i-th file.
func seek[T any](i int, consume consumer, end *T) *T {
	if i == 0 && consume != nil {
		return nil
	}
	return end
}

func ourConfig(j job, i int, consume consumer) tail.Config {
	return tail.Config{
		Follow: true, ReOpen: true, Poll: j.Poll, CompleteLines: true,
		Location: seek(i, consume, &tail.SeekInfo{Whence: io.SeekEnd}),
	}
}

func followTails(j job, consume consumer) error {
	for i, path := range j.Paths {
		t, err := tail.Open(path, ourConfig(j, i, consume))
		if err != nil {
			return err
		}
		if i > 0 || consume == nil {
			continue
		}
		go func() {
			for line := range t.Lines {
				var head [headLength]byte
				copy(head[:], line.Text)
				consume(head, len(line.Text))
			}
			end(t.Err())
		}()
	}
	return nil
}

func followReader(j job, consume consumer) error {
	r, err := tail.NewReader(j.Paths[0], ourConfig(j, 0, consume))
	if err != nil {
		return err
	}
	go func() {
		for item, err := range r.Lines(context.Background()) {
			consumeItem(item, err, consume)
		}
	}()
	return nil
}

func followGroup(j job, consume consumer) error {
	var g tail.Group
	for i, path := range j.Paths {
		if err := g.Add(path, ourConfig(j, i, consume)); err != nil {
			return err
		}
	}
	go func() {
		for item, err := range g.Lines(context.Background()) {
			consumeItem(item, err, consume)
		}
	}()
	return nil
}

func consumeItem(item tail.Item, err error, consume consumer) {
	if err != nil || item.Gap != nil || consume == nil {
		end(fmt.Errorf("%s, error %w", item.Gap, err))
	}
	var head [headLength]byte
	copy(head[:], item.Line)
	consume(head, len(item.Line))
}

func followNxadm(j job, consume consumer) error {
	for i, path := range j.Paths {
		t, err := nxadm.TailFile(path, nxadm.Config{
			Follow: true, ReOpen: true, Poll: j.Poll, CompleteLines: true, Logger: nxadm.DiscardingLogger,
			Location: seek(i, consume, &nxadm.SeekInfo{Whence: io.SeekEnd}),
		})
		if err != nil {
			return err
		}
		if i > 0 || consume == nil {
			continue
		}
		go func() {
			for line := range t.Lines {
				var head [headLength]byte
				copy(head[:], line.Text)
				consume(head, len(line.Text))
			}
			end(t.Err())
		}()
	}
	return nil
}

// end is for what must not happen in a job: a follower that ends, or that
// reports a gap.
func end(err error) {
	fmt.Fprintln(os.Stderr, "bench: the follower has come to an end:", err)
	os.Exit(1)
}

// header is the line that a log which will be written begins with. It is not
// counted: when it has come, the log is being followed.
const header = "begin"

// settling is how long a follower that has begun is left alone, so that it has
// set up all that it watches.
const settling = 200 * time.Millisecond

// begin lets the job's contestant follow and returns once it does. The lines
// but the header go to the consumer.
func (j job) begin(consume consumer) error {
	if err := os.WriteFile(j.Paths[0], []byte(header+"\n"), 0o600); err != nil {
		return err
	}
	began := make(chan struct{})
	err := followers[j.Contestant](j, func(head [headLength]byte, length int) {
		if length == len(header) {
			close(began)
			return
		}
		consume(head, length)
	})
	if err != nil {
		return err
	}
	<-began // or the job comes to its limit
	if len(j.Paths) > 1 {
		return calmDown() // the others are still being begun
	}
	time.Sleep(settling)
	return nil
}

// idleFiles makes n small logs in a new folder of s.dir.
func idleFiles(s settings, n int) ([]string, error) {
	dir, err := os.MkdirTemp(s.dir, "idle-")
	if err != nil {
		return nil, err
	}
	content := []byte(strings.Repeat(strings.Repeat("x", lineLength-1)+"\n", 10))
	var paths []string
	for i := range n {
		path := filepath.Join(dir, fmt.Sprintf("log-%05d.log", i))
		if err := os.WriteFile(path, content, 0o600); err != nil {
			return nil, err
		}
		paths = append(paths, path)
	}
	return paths, nil
}

// fit is how many files may be followed at once of those that are wanted, by
// so many processes, and why they are fewer.
func fit(want, processes int) (n int, why string) {
	each := 1
	if runtime.GOOS != "linux" && runtime.GOOS != "windows" {
		each = 2 // kqueue holds one for its watch
	}
	n = min(want, (descriptors()-200)/each) // a process needs some for other things
	if n < want {
		why = fmt.Sprintf("%d files instead of %d: a process may have no more than %d open (RLIMIT_NOFILE).", n, want, descriptors())
	}
	var watches int
	if _, err := fmt.Sscan(firstMatch("/proc/sys/fs/inotify/max_user_watches", `(\d+)`), &watches); err != nil {
		return n, why // not Linux
	}
	// The folders, and what else the user watches.
	if most := watches * 9 / 10 / processes; n > most {
		n, why = most, fmt.Sprintf("%d files instead of %d: a user may have no more than %d watches (fs.inotify.max_user_watches).", most, want, watches)
	}
	return n, why
}
