// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// copyTruncate does what logrotate does of that name, for the n-th time.
func copyTruncate(t *testing.T, path, content string, n int) {
	t.Helper()
	for i := n - 1; i > 0; i-- {
		rename(t, fmt.Sprintf("%s.%d", path, i), fmt.Sprintf("%s.%d", path, i+1))
	}
	write(t, path+".1", content)
	write(t, path, "")
}

// TestCopyTruncateBeforeAnythingWasRead: nothing that was read tells that the
// file is not what it was, but the copies do.
func TestCopyTruncateBeforeAnythingWasRead(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "")
		write(t, path+".1", "of before\n")
		o := follow(t, path, following(polled(t)))
		synctest.Wait() // it waits for the next poll
		for n, line := range []string{"one", "two", "three"} {
			appendTo(t, path, line+"\n")
			copyTruncate(t, path, line+"\n", n+2)
		}
		appendTo(t, path, "four\n")
		o.want("one", "gap: truncated", "two", "gap: truncated", "three", "gap: truncated", "four")
		appendTo(t, path, "five\n")
		o.want("five")
	})
}

// TestCopyTruncateWhileTheFileIsOpened: what was seen of the file is in the copy,
// and is not told to be lost.
func TestCopyTruncateWhileTheFileIsOpened(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(folder(t), "log")
		g := newGroup(t, following(cfg), path)
		var once sync.Once
		faulty(t, func(_ fileid.Op, name string) error {
			if name == path+".0" { // it is looked for beside the file that has been opened
				once.Do(func() { copyTruncate(t, path, "one\nand more\n", 1); appendTo(t, path, "two\n") })
			}
			return nil
		})
		write(t, path, "one\nand more\n")
		readUntil(t, g, "one", "and more", "two")
		appendTo(t, path, "three\n")
		readUntil(t, g, "three")
		st, err := g.Stats(path)
		must(t, err)
		wantLaw(t, st)
	})
}

// TestDatedCopyBeforeAnythingWasRead: what was seen when the file was opened is in
// a copy, whatever that is called and whatever has come into the file since.
func TestDatedCopyBeforeAnythingWasRead(t *testing.T) {
	for name, content := range map[string]string{"another content": "two\n", "one that begins alike": "one\ntwo\n"} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "one\nand more of it\n")
				g := newGroup(t, following(cfg), path)
				write(t, path+"-20260101", "one\nand more of it\n")
				write(t, path, "")
				lookAt(t, g)
				write(t, path, content)
				readUntil(t, g, append([]string{"one", "and more of it", "gap: truncated"}, strings.Fields(content)...)...)
				st, err := g.Stats(path)
				must(t, err)
				wantLaw(t, st)
			})
		})
	}
}

// TestCopiedTwiceAndTruncated: the second copy holds what is in the first, and it is not
// told twice.
func TestCopiedTwiceAndTruncated(t *testing.T) {
	for name, row := range map[string]struct {
		read  string
		names []string
	}{
		"dated":                      {"one\n", []string{"-20260101", "-20260102"}},
		"numbered":                   {"one\n", []string{".2", ".1"}},
		"numbered, nothing was read": {"", []string{".2", ".1"}},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, row.read)
				g := newGroup(t, following(cfg), path)
				wantReady(t, g, nil, strings.Fields(row.read)...)
				content := row.read
				for i, line := range []string{"two\n", "three\n"} {
					content += line
					write(t, path+row.names[i], content)
				}
				write(t, path, "four\n")
				readUntil(t, g, "two", "three", "gap: truncated", "four")
			})
		})
	}
}

// lookAt lets the group look at its files, which hold nothing to read.
func lookAt(t *testing.T, g *tail.Group) {
	t.Helper()
	for item, err := range g.Ready(t.Context()) {
		t.Errorf("%s came", show(item, err))
	}
}

// TestEmptyFileAfterARotation is not taken for a truncated one.
func TestEmptyFileAfterARotation(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(tail.Config{Poll: true, Logger: testLog{t}}))
		o.want("one")
		for _, line := range numbered(1, 3) {
			rotate(t, path)
			write(t, path, "")
			synctest.Wait()
			appendTo(t, path, line+"\n")
			o.want(line)
		}
	})
}

// TestRewrittenWithTheSameBytesBeforeTheOffset: then it is the beginning that
// tells.
func TestRewrittenWithTheSameBytesBeforeTheOffset(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		long := strings.Repeat("x", 3*overlap)
		path := logFile(t, "one\n"+long+"\n")
		o := follow(t, path, following(polled(t)))
		o.want("one", long)
		synctest.Wait() // it waits for the next poll
		write(t, path, "two\n"+long+"\nthree\n")
		o.want("gap: truncated", "two", long, "three")
	})
}

// TestRewrittenToTheSameSizeAndEnd: neither the size nor the last bytes tell.
func TestRewrittenToTheSameSizeAndEnd(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		end := strings.Repeat("x", 3*overlap)
		path := logFile(t, "one\n"+end+"\n")
		o := follow(t, path, following(cfg))
		o.want("one", end)
		write(t, path, "two\n"+end+"\n")
		o.want("gap: truncated", "two", end)
	})
}
