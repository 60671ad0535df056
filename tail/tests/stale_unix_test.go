// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"slices"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/fsnotify/fsnotify"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestStaleFileIsOpenedAnew where its content is found under its name.
func TestStaleFileIsOpenedAnew(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		spoil(t, fileid.OpRead, path, 1, syscall.ESTALE)
		appendTo(t, path, "two\n")
		o.want("two")
	})
}

// TestStaleFileOfWhichNothingWasRead is what has its name, where it is read once
// only.
func TestStaleFileOfWhichNothingWasRead(t *testing.T) {
	path := logFile(t, "one\n")
	r := newReader(t, path, tail.Config{})
	write(t, path+".new", "2\n")
	rename(t, path+".new", path)
	spoil(t, fileid.OpRead, path, 1, syscall.ESTALE)
	if got := read(t, r); !slices.Equal(got, []string{"2"}) {
		t.Errorf("got %q", got)
	}
	if st := r.Stats(); st.Seen != st.Delivered {
		t.Errorf("got %+v", st)
	}
}

// TestStaleFileIsGivenUp where it is not. In a bubble, as no read may be under way
// when reading begins to fail.
func TestStaleFileIsGivenUp(t *testing.T) {
	for name, poll := range map[string]bool{"events": false, "polling": true} {
		t.Run(name, func(t *testing.T) {
			inBubble(t, func(t *testing.T, l *layer) {
				l.use(t)
				path := logFile(t, "one\n")
				o := follow(t, path, following(tail.Config{Poll: poll}))
				o.want("one")
				synctest.Wait()
				spoil(t, fileid.OpRead, path, 11, syscall.ESTALE) // six tries, and five looks at what the name stands for
				write(t, path, "two\n")
				if !poll {
					l.last().send(l.last().added()[0], fsnotify.Write)
				}
				o.want("gap: unreadable", "two")
			})
		})
	}
}

// TestStaleFileBesideOneInItsGrace: what is left then is no file to go on with.
func TestStaleFileBesideOneInItsGrace(t *testing.T) {
	inBubble(t, func(t *testing.T, l *layer) {
		l.use(t)
		path := logFile(t, "one\n")
		o := follow(t, path, following(tail.Config{Poll: true, GracePeriod: time.Minute}))
		o.want("one")
		synctest.Wait()
		rename(t, path, path+".1")
		write(t, path, "two\n")
		rename(t, path+".1", path+".2")
		rename(t, path, path+".1")
		write(t, path, "three\n")
		o.want("two", "three")
		synctest.Wait()
		fileid.Use(&fileid.Seam{Fail: func(op fileid.Op, name string) error {
			if op == fileid.OpRead && name == path {
				return syscall.ESTALE
			}
			return nil
		}})
		appendTo(t, path, "of no more use\n")
		o.want("gap: unreadable")
		write(t, path+".new", "four\n")
		rename(t, path+".new", path)
		fileid.Use(nil)
		for got := o.next(); got != "four"; got = o.next() {
			t.Logf("got %q", got) // of the same file, which was opened once more
		}
	})
}
