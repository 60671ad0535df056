// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"io"
	"os"
	"sync"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// ofKernel returns the lines of a file whose size is told as 0.
func ofKernel(t *testing.T) (path string, lines []string) {
	t.Helper()
	inKernel(t)
	path = "/proc/filesystems"
	content, err := os.ReadFile(path)
	must(t, err)
	return path, split(string(content))
}

// TestLastLinesOfAFileOfTheKernel are not told by its size.
func TestLastLinesOfAFileOfTheKernel(t *testing.T) {
	path, lines := ofKernel(t)
	o := follow(t, path, tail.Config{LastLines: 2})
	o.want(append(lines[len(lines)-2:], "end")...)
}

// TestStopAtEOFOfAFileOfTheKernel delivers what the file holds, also where it
// comes before the first look.
func TestStopAtEOFOfAFileOfTheKernel(t *testing.T) {
	path, lines := ofKernel(t)
	for range 50 {
		tl, err := tail.Open(path, following(tail.Config{Poll: true}))
		must(t, err)
		var wg sync.WaitGroup
		wg.Go(func() { _ = tl.StopAtEOF() })
		var got []string
		for l := range tl.Lines {
			got = append(got, l.Text)
		}
		wg.Wait()
		sameLines(t, got, lines)
	}
}

// TestResumingInAFileOfTheKernel at an offset that is behind its size.
func TestResumingInAFileOfTheKernel(t *testing.T) {
	path, lines := ofKernel(t)
	at := int64(len(lines[0]) + 1)
	o := follow(t, path, tail.Config{Location: &tail.SeekInfo{Offset: at, Whence: io.SeekStart}})
	o.want(append(lines[1:], "end")...)
}
