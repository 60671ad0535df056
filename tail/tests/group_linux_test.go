// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// broken is a regular file whose reading fails with EIO: address 0 of this
// process, which is not mapped.
const broken = "/proc/self/mem"

// A file that fails leaves the group with its error, and the others go on.
func TestGroupGoesOnWithoutAFileThatFails(t *testing.T) {
	synctest.Test(t, func(t *testing.T) { // reading is tried again for a while
		path := logFile(t, "one\n")
		g := newGroup(t, following(polled(t)), broken, path)
		var failed error
		n := 0
		for item, err := range g.Lines(t.Context()) {
			if err != nil {
				failed = err
				if item.File == nil || item.File.Path != broken {
					t.Errorf("the error is that of %+v, want %s", item.File, broken)
				}
			} else if item.File.Path != path {
				t.Errorf("got %q of %s", item.Text(), item.File.Path)
			} else {
				n++
			}
			if failed != nil && n < 10 {
				appendTo(t, path, "more\n")
			} else if n == 10 {
				break
			}
		}
		if !errors.Is(failed, syscall.EIO) || !strings.Contains(failed.Error(), broken) {
			t.Errorf("the error is %v", failed)
		}
		if err := g.Remove(broken); err == nil {
			t.Error("the file that failed is still in the group")
		}
	})
}

// Nothing is left of a Stream that ends by an error of its file.
func TestStreamReturnsTheErrorOfTheFile(t *testing.T) {
	leavesNothing(t)
	before := descriptors(t)
	err := returns(t, "Stream", func() error { return tail.Stream(t.Context(), t.Output(), broken, false) })
	if !errors.Is(err, syscall.EIO) || !strings.Contains(err.Error(), broken) {
		t.Errorf("Stream returns %v", err)
	}
	wantClosed(t, before)
}

func TestTailTellsTheErrorOfTheFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		tl := open(t, broken, following(polled(t)))
		wantEnd(t, tl)
		for name, err := range map[string]error{"Err": tl.Err(), "Wait": tl.Wait(), "Stop": tl.Stop()} {
			if !errors.Is(err, syscall.EIO) {
				t.Errorf("%s says %v", name, err)
			}
		}
	})
}
