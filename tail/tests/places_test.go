// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// must fails the test at an error of setting it up.
func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// symlink makes link point to target, in the place of whatever it was.
func symlink(t *testing.T, target, link string) {
	t.Helper()
	skipWindows(t, "symbolic links need a privilege there")
	must(t, os.Symlink(target, link+".new"))
	must(t, os.Rename(link+".new", link))
}

// becomes puts what make makes in the place of path, in one step.
func becomes(t *testing.T, path string, make func(path string) error) {
	t.Helper()
	must(t, make(path+".new"))
	must(t, os.Rename(path+".new", path))
}

// replaceFolder renames the folder of a log and makes another, with another log in it.
func replaceFolder(t *testing.T, path, content string) {
	t.Helper()
	dir := filepath.Dir(path)
	rename(t, dir, dir+".old")
	must(t, os.Mkdir(dir, 0o700))
	write(t, path, content)
}

func TestParentsAppearOneByOne(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		path := filepath.Join(dir, "a", "b", "c", "log")
		o := follow(t, path, following(cfg))
		for _, d := range []string{"a", "a/b", "a/b/c"} {
			must(t, os.Mkdir(filepath.Join(dir, d), 0o700))
			write(t, filepath.Join(dir, d, "other"), "not this\n")
		}
		write(t, path, "one\n")
		o.want("one")
	})
}

func TestParentsComeAndGoBeforeTheFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		if !cfg.Poll {
			skipWine(t, staysVisible)
		}
		dir := folder(t)
		path := filepath.Join(dir, "a", "b", "log")
		o := follow(t, path, following(cfg))
		for range 10 {
			must(t, os.MkdirAll(filepath.Dir(path), 0o700))
			must(t, removeAll(filepath.Join(dir, "a")))
		}
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		write(t, path, "one\n")
		o.want("one")
	})
}

func TestParentIsRemovedAndMadeAgain(t *testing.T) {
	skipWindows(t, "a folder with a file that is held cannot be removed there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logInFolder(t)
		o := follow(t, path, following(cfg))
		o.want("one")
		for _, line := range numbered(1, 3) {
			appendTo(t, path, "last "+line+"\n")
			must(t, removeAll(filepath.Dir(path)))
			o.wantLines("last " + line)
			must(t, os.Mkdir(filepath.Dir(path), 0o700))
			write(t, path, line+"\n")
			o.wantLines(line)
		}
	})
}

// TestParentIsRenamedAndReplaced: then the path counts, and what a writer still
// puts into the old file is told as long as its grace lasts.
func TestParentIsRenamedAndReplaced(t *testing.T) {
	skipWindows(t, "a folder with a file that is held cannot be renamed there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		cfg.GracePeriod = time.Hour
		path := logInFolder(t)
		dir := filepath.Dir(path)
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, dir, dir+".old")
		appendTo(t, filepath.Join(dir+".old", "log"), "two\n")
		o.want("two")
		must(t, os.Mkdir(dir, 0o700))
		write(t, path, "three\n")
		o.wantLines("three")
		appendTo(t, filepath.Join(dir+".old", "log"), "late\n")
		o.want("late")
		appendTo(t, path, "four\n")
		o.want("four")
	})
}

func TestGrandparentIsRenamedAndReplaced(t *testing.T) {
	skipWindows(t, "a folder with a file that is held cannot be renamed there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := filepath.Join(folder(t), "a")
		path := filepath.Join(dir, "b", "log")
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		o := follow(t, path, following(cfg)) // nothing there yet: the folder is watched
		rename(t, dir, dir+".old")
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		write(t, path, "one\n")
		o.want("one")
		rename(t, dir, dir+".older")
		must(t, os.MkdirAll(filepath.Dir(path), 0o700))
		write(t, path, "two\n")
		o.wantLines("two")
	})
}

func TestSymlinkIsRetargeted(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		path := filepath.Join(dir, "log")
		for _, name := range []string{"one", "two", "three"} {
			write(t, filepath.Join(dir, name), name+"\n")
		}
		symlink(t, "one", path)
		o := follow(t, path, following(cfg))
		o.want("one")
		symlink(t, "two", path)
		o.wantLines("two")
		symlink(t, filepath.Join(dir, "three"), path)
		o.wantLines("three")
		appendTo(t, filepath.Join(dir, "three"), "four\n")
		o.want("four")
	})
}

func TestSymlinkAmongTheParentsIsRetargeted(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		for _, release := range []string{"v1", "v2"} {
			must(t, os.Mkdir(filepath.Join(dir, release), 0o700))
			write(t, filepath.Join(dir, release, "log"), release+"\n")
		}
		current := filepath.Join(dir, "current")
		symlink(t, "v1", current)
		o := follow(t, filepath.Join(current, "log"), following(cfg))
		o.want("v1")
		symlink(t, "v2", current)
		o.wantLines("v2")
		appendTo(t, filepath.Join(dir, "v2", "log"), "more\n")
		o.want("more")
	})
}

// TestTargetOfASymlinkIsRotated: the rotated files stand beside the target.
func TestTargetOfASymlinkIsRotated(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		target := logInFolder(t)
		path := filepath.Join(folder(t), "link")
		symlink(t, target, path)
		o := follow(t, path, following(cfg))
		o.want("one")
		for _, line := range numbered(1, 3) {
			appendTo(t, target, "last "+line+"\n")
			rename(t, target, target+".1")
			write(t, target, line+"\n")
			o.want("last "+line, line)
		}
	})
}

func TestDanglingSymlinkGetsItsTarget(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		target := filepath.Join(folder(t), "a", "target")
		path := filepath.Join(folder(t), "link")
		symlink(t, target, path)
		o := follow(t, path, following(cfg))
		must(t, os.Mkdir(filepath.Dir(target), 0o700))
		write(t, target, "one\n")
		o.want("one")
		remove(t, target)
		write(t, target, "two\n")
		o.wantLines("two")
	})
}

func TestLoopOfSymlinksBecomesAFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		path := filepath.Join(dir, "log")
		symlink(t, "other", path)
		symlink(t, "log", filepath.Join(dir, "other"))
		o := follow(t, path, following(cfg))
		becomes(t, path, func(path string) error { return os.WriteFile(path, []byte("one\n"), 0o600) })
		o.want("one")
		symlink(t, "other", path)
		becomes(t, path, func(path string) error { return os.WriteFile(path, []byte("two\n"), 0o600) })
		o.wantLines("two")
	})
}

func TestDirectoryIsRefusedAtTheStart(t *testing.T) {
	if r, err := tail.NewReader(folder(t), following(tail.Config{})); err == nil {
		r.Close()
		t.Error("a directory is followed")
	}
}

// TestFileBecomesADirectoryAndAFileAgain also where that happens between two
// looks.
func TestFileBecomesADirectoryAndAFileAgain(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path, log := logFile(t, "one\n"), newRecorder(t)
		cfg.Logger = log
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, path, path+".1")
		must(t, os.Mkdir(path, 0o700))
		log.await("directory")
		must(t, os.Remove(path))
		write(t, path, "two\n")
		o.wantLines("two")
		appendTo(t, path, "three\n")
		o.want("three")
	})
}

func TestRelativeNameIsThatOfTheStart(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		home, elsewhere := folder(t), folder(t)
		write(t, filepath.Join(elsewhere, "log"), "not this\n")
		t.Chdir(home)
		o := follow(t, "log", following(cfg))
		late := follow(t, filepath.Join("sub", "log"), following(cfg))
		t.Chdir(elsewhere)
		write(t, filepath.Join(home, "log"), "one\n")
		o.want("one")
		rename(t, filepath.Join(home, "log"), filepath.Join(home, "log.1"))
		write(t, filepath.Join(home, "log"), "two\n")
		o.want("two")
		must(t, os.Mkdir(filepath.Join(home, "sub"), 0o700))
		write(t, filepath.Join(home, "sub", "log"), "three\n")
		late.want("three")
	})
}

// TestStrangeNames go through what a log goes through.
func TestStrangeNames(t *testing.T) {
	for name, base := range map[string]string{
		"spaces":               " a  log ",
		"shell":                "$(log)'\"*?[a]{b};",
		"leading dash":         "-f",
		"only digits":          "1",
		"digits and dots":      "log.1.2",
		"dots":                 "...",
		"a date":               "log-20260101",
		"percent":              "%s%n",
		"composed":             "l\u00f6g",
		"decomposed":           "lo\u0308g",
		"newline":              "lo\ng",
		"backslash":            `lo\g`,
		"not UTF-8":            "l\xf6g",
		"control":              "\x01\x1b[2J\x7f",
		"as long as it may be": longName,
	} {
		t.Run(name, func(t *testing.T) {
			if strings.HasSuffix(base, " ") {
				skipWindows(t, "no name ends in a space there")
			}
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				dir := filepath.Join(folder(t), base)
				path := filepath.Join(dir, base)
				if err := os.Mkdir(dir, 0o700); err != nil {
					t.Skipf("the file system of this system has no such names: %v", err)
				}
				o := follow(t, path, following(cfg))
				write(t, path, "one\n")
				o.want("one")
				rename(t, path, filepath.Join(dir, "away"))
				write(t, path, "two\n")
				o.wantLines("two")
				appendTo(t, path, "three\n")
				o.want("three")
			})
		})
	}
}

// longName has the length that most file systems allow.
var longName = strings.Repeat("abcde", 51)

func TestHardLinksAreFollowedEachByItsName(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		other := filepath.Join(folder(t), "other")
		must(t, os.Link(path, other))
		a, b := follow(t, path, following(cfg)), follow(t, other, following(cfg))
		a.want("one")
		b.want("one")
		appendTo(t, path, "two\n")
		a.want("two")
		b.want("two")
		rename(t, path, path+".1") // the other name stays with the file
		write(t, path, "three\n")
		a.want("three")
		appendTo(t, other, "four\n")
		b.want("four")
		appendTo(t, path, "five\n")
		for got := ""; got != "five"; { // "four" may come too: it is a late line
			if got = a.next(); got != "four" && got != "five" {
				t.Fatalf("got %q", got)
			}
		}
	})
}

// TestRotationByLinkAndUnlink leaves the old file under its new name all along.
func TestRotationByLinkAndUnlink(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		must(t, os.Link(path, path+".1"))
		must(t, os.Remove(path))
		write(t, path, "three\n")
		o.want("two", "three")
	})
}

// TestOneNameFollowedTwice: each gets all, and neither minds the other's end.
func TestOneNameFollowedTwice(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		stays := follow(t, path, following(cfg))
		for _, line := range []string{"two", "three"} {
			tl, err := tail.Open(path, following(cfg))
			must(t, err)
			if l := <-tl.Lines; l.Text != "one" {
				t.Errorf("the second got %q first", l.Text)
			}
			must(t, tl.Stop())
			appendTo(t, path, line+"\n")
		}
		stays.want("one", "two", "three")
		rename(t, path, path+".1")
		write(t, path, "four\n")
		stays.want("four")
	})
}
