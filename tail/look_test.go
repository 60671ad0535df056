// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestCutOfWhatWasSeenAndNotRead is no loss where it stands in a copy.
func TestCutOfWhatWasSeenAndNotRead(t *testing.T) {
	for _, row := range []struct {
		name       string
		read, seen string
		copied     bool
		lost       int64
	}{
		{"copied, nothing was read", "", "one\ntwo\n", true, 0},
		{"copied, something was read", "one\n", "two\nthree\n", true, 0},
		{"not copied, nothing was read", "", "one\ntwo\n", false, 2},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(scratchFolder(t), "log")
			put(t, path, row.read)
			f := polledFollower(t, path, Config{CompleteLines: true})
			drain(f)
			put(t, path, row.read+row.seen)
			f.look(time.Now())
			if row.copied {
				put(t, path+".1", row.read+row.seen)
			}
			put(t, path, "newer\n")
			f.look(time.Now())
			drain(f)
			if st := f.readStats(); st.Lost != row.lost || st.Seen != st.Skipped+st.Delivered+st.Pending+st.Lost {
				t.Errorf("got %+v, want %d bytes lost", st, row.lost)
			}
		})
	}
}

// TestCutIsToldBeforeWhatIsLeft: whoever goes on later where the gap ends reads that.
func TestCutIsToldBeforeWhatIsLeft(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, strings.Repeat("one\n", bufSize))
	f := polledFollower(t, path, Config{})
	c, _ := f.step()
	read := int64(len(c.data))
	must(t, os.Truncate(path, 3*read))
	f.looked = time.Now().Add(-lookEvery)
	for c.gap == nil {
		c, _ = f.step()
	}
	if item := c.next(0); item.End != read || item.Gap.Offset != 3*read {
		t.Errorf("got %+v, %v, want a gap from %d on, and to go on at %d", item, item.Gap, 3*read, read)
	}
}

// TestRewrittenAfterItsEnd: one who goes over a file again that is not followed reads a new
// content from its start.
func TestRewrittenAfterItsEnd(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	f, err := newFollower(path, Config{}, make(signal, 1))
	must(t, err)
	defer f.close()
	drain(f)
	put(t, path, "another line\n")
	f.looked = time.Now().Add(-lookEvery)
	c, _ := f.step()
	if c.gap == nil {
		t.Errorf("got %q, want a gap", c.data)
	}
	if c, _ = f.step(); string(c.data) != "another line\n" {
		t.Errorf("got %q", c.data)
	}
}

// TestRewrittenAndCopiedUnread: what was seen of a second content, which is read from
// a copy of it, is not taken for lost with the first.
func TestRewrittenAndCopiedUnread(t *testing.T) {
	for name, second := range map[string]string{
		"short":                  "two\nthree\n",
		"longer than the buffer": strings.Repeat("two\n", bufSize),
	} {
		t.Run(name, func(t *testing.T) { testRewrittenAndCopiedUnread(t, second) })
	}
}

func testRewrittenAndCopiedUnread(t *testing.T, second string) {
	t.Helper()
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	f := polledFollower(t, path, Config{})
	put(t, path, second)
	f.look(time.Now())
	copying := sync.OnceFunc(func() {
		put(t, path+".1", second)
		put(t, path, "")
	})
	read := false
	fileid.Use(&fileid.Seam{
		Brought: func(string, []byte) { read = true },
		Fail: func(op fileid.Op, _ string) error {
			if read && op == fileid.OpHandle { // the folder has been listed by then
				copying()
			}
			return nil
		},
	})
	defer fileid.Use(nil)
	drain(f)
	const third = "four\n"
	put(t, path, third)
	drain(f)
	if st := f.readStats(); st.Delivered != int64(len(second+third)) || st.Lost != 0 || st.Gaps == 0 {
		t.Errorf("got %+v, want %d bytes, and a gap of unknown size", st, len(second+third))
	}
}

// TestBegunInTheMiddleAndCutBehindThat: what has changed behind the place where reading
// begins had not been read, and is no reason to begin anew.
func TestBegunInTheMiddleAndCutBehindThat(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n"+strings.Repeat("two\n", overlap))
	f := polledFollower(t, path, Config{Location: &SeekInfo{Offset: 4}})
	rest := strings.Repeat("three\n", overlap)
	put(t, path, "one\n"+rest)
	drain(f)
	if st := f.readStats(); st.Delivered != int64(len(rest)) || st.Gaps != 0 || st.Truncations != 0 {
		t.Errorf("got %+v, want %d bytes without a gap", st, len(rest))
	}
}

// polledFollower follows the name of a file, polled, and else as config says.
func polledFollower(t *testing.T, path string, config Config) *follower {
	t.Helper()
	config.Follow, config.ReOpen, config.Poll = true, true, true
	f, err := newFollower(path, config, make(signal, 1))
	must(t, err)
	t.Cleanup(f.close)
	return f
}

// scratchFolder is a folder of this test's own. That of t.TempDir fails the test
// under Wine, where it cannot always be removed.
func scratchFolder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "tail")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

func put(t *testing.T, path, content string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

// drain steps until nothing comes, and waits for a rotation to come to rest.
func drain(f *follower) {
	for {
		_, out := f.step()
		if out != found && f.unsettled.IsZero() {
			return
		}
	}
}

// TestDeletedFileIsReadOn by one who has it open while nothing has its name, also if
// it had not changed when it was last looked at.
func TestDeletedFileIsReadOn(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a file that its writer has open keeps its name")
	}
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	writer, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
	must(t, err)
	defer writer.Close()
	f := polledFollower(t, path, Config{})
	drain(f)
	f.newest().drainedAt = time.Now().Add(time.Hour)
	f.look(time.Now()) // and nothing has changed
	must(t, os.Remove(path))
	_, err = writer.WriteString("two\n")
	must(t, err)
	f.looked = time.Now().Add(-lookEvery)
	if c, _ := f.step(); string(c.data) != "two\n" {
		t.Errorf("got %q", c.data)
	}
}

// TestBeginningIsLookedAt now and then, and less often while there is much to read.
func TestBeginningIsLookedAt(t *testing.T) {
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, strings.Repeat("old\n", overlap))
	f := polledFollower(t, path, Config{})
	drain(f)
	s := f.newest()
	put(t, path, strings.Repeat("new\n", overlap))
	for filled, due := range map[bool]time.Duration{false: time.Millisecond, true: 50 * time.Millisecond} {
		for after, same := range map[time.Duration]bool{due - 1: true, due: false} {
			if got := s.begins([]byte("new\n"), filled, s.begun.Add(after)); got != same {
				t.Errorf("%v after a look, the buffer filled: %v: the beginning is as it was: %v", after, filled, got)
			}
		}
	}
}
