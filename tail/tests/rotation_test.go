// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

func TestGrowth(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\nthree\n")
		o.want("two", "three")
		appendTo(t, path, "fo")
		appendTo(t, path, "ur\n")
		o.want("four")
	})
}

func TestRenameAndCreate(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		rename(t, path, path+".1")
		write(t, path, "three\n")
		o.want("two", "three")
		appendTo(t, path, "four\n")
		o.want("four")
	})
}

func TestDeleteAndCreate(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		remove(t, path)
		write(t, path, "one\ntwo\n")
		o.want("two", "gap: replaced", "one", "two")
	})
}

func TestTruncation(t *testing.T) {
	for name, content := range map[string]string{
		"to nothing, then shorter": "new\n",
		"to the same size":         "NEW 1\nNEW 2\n",
		"grown past the offset":    "new 1\nnew 2\nnew 3\n",
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "line1\nline2\n")
				o := follow(t, path, following(cfg))
				o.want("line1", "line2")
				write(t, path, content)
				o.want("gap: truncated")
				o.want(split(content)...)
			})
		})
	}
}

func TestAbsentAtStart(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		path := dir + "/a/b/log"
		o := follow(t, path, following(cfg))
		if err := os.MkdirAll(dir+"/a/b", 0o700); err != nil {
			t.Fatal(err)
		}
		write(t, path, "one\n")
		o.want("one")
	})
}

func TestLateLinesOfTheOldFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		old := openToAppend(t, path)
		defer old.Close()
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("two")
		if _, err := old.WriteString("late\n"); err != nil {
			t.Fatal(err)
		}
		o.want("late")
	})
}

func TestLastPieceAtRotation(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		cfg.GracePeriod = 1
		path := logFile(t, "one\npie")
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, path, path+".1")
		write(t, path, "two\n")
		got := map[string]bool{o.next(): true, o.next(): true}
		if !got["pie…"] || !got["two"] {
			t.Errorf("got %v, want the piece and the new line, each by itself", got)
		}
	})
}
