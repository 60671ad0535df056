// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// Dated files that are there at the start are older, whatever comes later.
func TestDatedFilesOfTheStartAreOld(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+"-20260101", "long ago\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		rename(t, path, path+"-20260102")
		write(t, path, "two\n")
		o.want("two")
		rename(t, path, path+"-20260103")
		write(t, path, "three\n")
		o.want("three")
	})
}

func TestDatedFilesOfTheStartAreOldWhenTheFileIsDeleted(t *testing.T) {
	skipWine(t, staysVisible)
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+"-20260101", "long ago\n")
		o := follow(t, path, following(cfg))
		o.want("one")
		remove(t, path)
		write(t, path, "two\n")
		o.want("gap: replaced", "two")
	})
}

// So are numbered ones whose first numbers are gone.
func TestNumberedFilesOfTheStartAreOld(t *testing.T) {
	for name, happen := range map[string]func(t *testing.T, path string){
		"deleted":   func(t *testing.T, path string) { remove(t, path) },
		"renamed":   func(t *testing.T, path string) { rename(t, path, path+".19") },
		"truncated": func(t *testing.T, path string) { write(t, path+".19", "one\n"); write(t, path, "") },
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "one\n")
				write(t, path+".17", "long ago\n")
				write(t, path+".18", "not long ago\n")
				o := follow(t, path, following(cfg))
				o.want("one")
				happen(t, path)
				appendTo(t, path, "two\n")
				o.wantLines("two")
			})
		})
	}
}

// Where the name is of no matter, no file is taken for a rotated one, in whatever folder.
func TestFileThatAppearsIsReadAlone(t *testing.T) {
	for name, follows := range map[string]bool{"followed": true, "read once": false} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				t.Chdir(folder(t))
				write(t, ".1", "a stranger\n")
				path := filepath.Join(folder(t), "log")
				cfg.Follow = follows
				o := follow(t, path, cfg)
				write(t, path+".1", "long ago\n")
				write(t, path+".new", "one\n")
				rename(t, path+".new", path)
				o.want("one")
			})
		})
	}
}

// The file that a link pointed to has been rotated, and then the link is pointed
// elsewhere, before anybody looks: the file between was not seen.
func TestLinkIsRetargetedAfterARotation(t *testing.T) {
	skipWindows(t, "not everybody may make links there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		path := filepath.Join(dir, "link")
		write(t, dir+"/log", "one\ntwo\n")
		must(t, os.Symlink(dir+"/log", path))
		r := newReader(t, path, following(cfg))
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "one" {
				rename(t, dir+"/log", dir+"/log.1")
				write(t, dir+"/log", "between\n")
				write(t, dir+"/other", "three\n")
				must(t, os.Symlink(dir+"/other", path+".new"))
				rename(t, path+".new", path)
			}
			if item.Text() == "three" {
				break
			}
		}
		if want := []string{"one", "two", "gap: replaced", "three"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A file is born behind a dangling link and rotated before anybody looks.
func TestDanglingLinkGetsItsTargetAndThatIsRotated(t *testing.T) {
	skipWindows(t, "not everybody may make links there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		must(t, os.Mkdir(dir+"/home", 0o700))
		path := filepath.Join(dir, "link")
		must(t, os.Symlink(dir+"/home/log", path))
		r := newReader(t, path, following(cfg))
		write(t, dir+"/home/log", "one\n")
		rename(t, dir+"/home/log", dir+"/home/log.1")
		write(t, dir+"/home/log", "two\n")
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "two" {
				break
			}
		}
		if want := []string{"one", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// The same where nothing had been there at the start.
func TestLinkIsRetargetedAfterTheFirstRotation(t *testing.T) {
	skipWindows(t, "not everybody may make links there")
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		dir := folder(t)
		path := filepath.Join(dir, "link")
		must(t, os.Symlink(dir+"/log", path))
		r := newReader(t, path, following(cfg))
		write(t, dir+"/log.1", "one\n")
		write(t, dir+"/log", "between\n")
		write(t, dir+"/other", "two\n")
		must(t, os.Symlink(dir+"/other", path+".new"))
		rename(t, path+".new", path)
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "two" {
				break
			}
		}
		if want := []string{"one", "gap: replaced", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// What is beside the file to which a link is pointed is older than that.
func TestFilesBesideTheNewTargetAreOld(t *testing.T) {
	skipWindows(t, "not everybody may make links there")
	for _, date := range []string{"-20260101", ".1"} {
		t.Run(date, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				dir := folder(t)
				path := filepath.Join(dir, "link")
				write(t, dir+"/log", "one\n")
				must(t, os.Symlink(dir+"/log", path))
				o := follow(t, path, following(cfg))
				o.want("one")
				write(t, dir+"/other"+date, "long ago\n")
				write(t, dir+"/other", "two\n")
				must(t, os.Symlink(dir+"/other", path+".new"))
				rename(t, path+".new", path)
				o.want("gap: replaced", "two")
				remove(t, dir+"/other")
				write(t, dir+"/other", "three\n")
				o.want("gap: replaced", "three")
			})
		})
	}
}

// A copy has been made, and the file is not truncated yet: it holds the same.
func TestCopyThatStandsBesideTheFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(folder(t), "log")
		r := newReader(t, path, following(cfg))
		write(t, path, "one\n")
		write(t, path+".1", "one\n")
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "two" {
				break
			}
			appendTo(t, path, "two\n")
		}
		if want := []string{"one", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// The same when the copy before that one is still to be read.
func TestCopyThatStandsBesideATruncatedFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		r := newReader(t, path, following(cfg))
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "one" {
				write(t, path+".2", "one\nmore\n")
				write(t, path, "two\n")
				write(t, path+".1", "two\n")
			}
			if item.Text() == "two" {
				break
			}
		}
		if want := []string{"one", "more", "gap: truncated", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
		if st := r.Stats(); st.Generation != 2 {
			t.Errorf("%d generations, want 2", st.Generation)
		}
	})
}

// A log whose own name ends in a number is not mistaken when it is rotated.
func TestRotationOfANumberedName(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := filepath.Join(folder(t), "log.1")
		write(t, path, "one\n")
		r := newReader(t, path, following(cfg))
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "one" {
				rename(t, path, path+".2")
				write(t, path+".1", "two\n")
				write(t, path, "three\n")
			}
			if item.Text() == "three" {
				break
			}
		}
		if want := []string{"one", "two", "three"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// A copy that nobody looked for when it was made is not taken for a later one.
func TestOldCopyIsNotReadAsALaterOne(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		r := newReader(t, path, following(cfg))
		write(t, path+".1", "one\n")
		write(t, path, "two\n") // before anything was read
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "two" {
				rename(t, path+".1", path+".2")
				write(t, path+".1", "two\n")
				write(t, path, "three\n")
			}
			if item.Text() == "three" {
				break
			}
		}
		// What was there when it was opened is in the copy.
		if want := []string{"one", "gap: truncated", "two", "gap: truncated", "three"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q", got, want)
		}
	})
}

// TestDatedFileIsCompressed before it was read: the files before and after it are
// there, and only the name of what is left of it says that it was.
func TestDatedFileIsCompressed(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		write(t, path+"-20260101.gz", "long ago")
		g := newGroup(t, following(cfg), path)
		readUntil(t, g, "one")
		for day, line := range []string{"two", "three", "four"} {
			rename(t, path, fmt.Sprintf("%s-2026020%d", path, day))
			write(t, path, line+"\n")
		}
		rename(t, path+"-20260201", path+"-20260201.gz")
		readUntil(t, g, "gap: replaced", "three", "four")
		rename(t, path, path+"-20260203")
		write(t, path, "five\n")
		readUntil(t, g, "five")
	})
}

// TestDatedFileIsCompressedBeforeTheFirstWasSeen: so does the first that is there.
func TestDatedFileIsCompressedBeforeTheFirstWasSeen(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logInFolder(t)
		remove(t, path)
		g := newGroup(t, following(cfg), path)
		write(t, path+"-20260201", "one\n")
		write(t, path+"-20260202.gz", "two")
		write(t, path+"-20260203", "three\n")
		write(t, path, "four\n")
		readUntil(t, g, "gap: replaced", "one", "three", "four")
	})
}

// TestRotatedFilesOfTheSameContent: the second may be a copy of the first, and
// is not told twice; nor is it left out in silence.
func TestRotatedFilesOfTheSameContent(t *testing.T) {
	for _, names := range [][]string{{".1", ".2"}, {"-20260101", "-20260102"}} {
		t.Run(names[0], func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "one\n")
				g := newGroup(t, following(cfg), path)
				readUntil(t, g, "one")
				for _, name := range names {
					rename(t, path, path+name)
					write(t, path, "one\n")
				}
				write(t, path, "two\n")
				readUntil(t, g, "gap: replaced", "two")
			})
		})
	}
}

// TestRotatedFileBeginsAsTheNewOne: it may be a copy of that, and is not left out in silence.
func TestRotatedFileBeginsAsTheNewOne(t *testing.T) {
	for _, names := range [][]string{{".1", ".2", ".3"}, {"-20260101", "-20260102", "-20260103"}} {
		t.Run(names[0], func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "one\n")
				g := newGroup(t, following(cfg), path)
				readUntil(t, g, "one")
				rename(t, path, path+names[0])
				write(t, path, "two\n")
				readUntil(t, g, "two")
				rename(t, path, path+names[1])
				write(t, path, "three\n")
				rename(t, path, path+names[2])
				write(t, path, "three\nfour\n")
				readUntil(t, g, "gap: replaced", "three", "four")
			})
		})
	}
}

// TestCopyOfLessThanWasRead: the log was copied, went on, and was truncated and
// renamed before anybody looked.
func TestCopyOfLessThanWasRead(t *testing.T) {
	for name, long := range map[string]string{"short": "one\n", "long": strings.Repeat("one\n", overlap)} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, long+"two\n")
				g := newGroup(t, following(cfg), path)
				readUntil(t, g, strings.Split(long+"two", "\n")...)
				write(t, path+".2", long)
				write(t, path, "three\n")
				rename(t, path, path+".1")
				write(t, path, "four\n")
				readUntil(t, g, "gap: truncated", "gap: replaced", "four")
			})
		})
	}
}

// TestShorterFileIsNoCopy: the log was truncated and rotated before anybody looked.
// A rotated file that is shorter than what was read once is no copy of that if it
// begins in another way.
func TestShorterFileIsNoCopy(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "a line that is longer than others\n")
		g := newGroup(t, following(cfg), path)
		readUntil(t, g, "a line that is longer than others")
		write(t, path, "")
		rename(t, path, path+".1")
		for i, content := range []string{"another line, as long as the first\n", "three\n"} {
			write(t, path, content)
			rename(t, path, fmt.Sprintf("%s.%d", path, i+2))
		}
		write(t, path, "four\n")
		readUntil(t, g, "gap: truncated", "another line, as long as the first", "three", "four")
	})
}

// TestLateLinesLeaveTheOrder: nothing but their times tells in which direction
// files are numbered that were rotated before any was seen, and one of them was
// written to when the next one was there already.
func TestLateLinesLeaveTheOrder(t *testing.T) {
	for name, want := range map[string][]string{"shifting": {"three", "two", "one"}, "counting": {"one", "two", "three"}} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := filepath.Join(folder(t), "log")
				g := newGroup(t, following(cfg), path)
				for i, second := range map[string][]int64{"shifting": {20, 30, 10}, "counting": {10, 30, 20, 40}}[name] {
					file := fmt.Sprintf("%s.%d", path, i+1)
					write(t, file, []string{"one\n", "two\n", "three\n", ""}[i])
					must(t, os.Chtimes(file, time.Time{}, time.Unix(second, 0)))
				}
				write(t, path, "four\n")
				readUntil(t, g, append(want, "four")...)
			})
		})
	}
}

// TestLateLineToAnOlderFile: a file that was rotated before the one that was read
// last, and was empty then, is written to later. It is not read, and no reason not
// to read the files that came after.
func TestLateLineToAnOlderFile(t *testing.T) {
	for name, row := range map[string]struct {
		old    string // the empty file
		before func(t *testing.T, path string) (old string)
		after  func(t *testing.T, path string)
	}{
		"dated": {
			old: "-20260101",
			before: func(t *testing.T, path string) string {
				rename(t, path, path+"-20260102")
				return path + "-20260101"
			},
			after: func(t *testing.T, path string) {
				rename(t, path, path+"-20260103")
				write(t, path+"-20260104", "three\n")
			},
		},
		"shifting": {
			old: ".1",
			before: func(t *testing.T, path string) string {
				shift(t, path, 1)
				return path + ".2"
			},
			after: func(t *testing.T, path string) {
				shift(t, path, 2)
				write(t, path, "three\n")
				shift(t, path, 3)
			},
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "one\n")
				write(t, path+row.old, "")
				g := newGroup(t, following(cfg), path)
				readUntil(t, g, "one")
				old := row.before(t, path)
				write(t, path, "two\n")
				readUntil(t, g, "two")
				appendTo(t, old, "late\n")
				row.after(t, path)
				write(t, path, "four\n")
				readUntil(t, g, "gap: replaced", "three", "four")
			})
		})
	}
}

// shift rotates the log and the files from the n-th on.
func shift(t *testing.T, path string, n int) {
	t.Helper()
	for ; n > 0; n-- {
		rename(t, fmt.Sprintf("%s.%d", path, n), fmt.Sprintf("%s.%d", path, n+1))
	}
	rename(t, path, path+".1")
}

// TestRewrittenAndRotated: the rotation does not come to rest, as a number seems
// to be missing. When it is gone by as it is, what came later is not taken for
// what had been there.
func TestRewrittenAndRotated(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\nand more\n")
		r := newReader(t, path, following(cfg))
		var got []string
		for item, err := range r.Lines(t.Context()) {
			if got = append(got, show(item, err)); item.Text() == "one" {
				for i, content := range []string{"two\n", "three\n", ""} {
					write(t, path, content)
					rename(t, path, fmt.Sprintf("%s.%d", path, i+1))
				}
				write(t, path, "four\n")
			}
			if item.Text() == "four" {
				break
			}
		}
		// It is a matter of time whether it is first read or looked at.
		if !slices.Contains(got, "three") && !slices.Contains(got, "gap: replaced") {
			t.Errorf("got %q, and nothing says that a line is missing", got)
		}
	})
}

// readUntil reads until the last of these items has come.
func readUntil(t *testing.T, g *tail.Group, want ...string) {
	t.Helper()
	var got []string
	for !slices.Contains(got, want[len(want)-1]) {
		for item, err := range g.Ready(t.Context()) {
			must(t, err)
			got = append(got, show(item, nil))
		}
	}
	if !slices.Equal(got, want) {
		t.Errorf("got %q, want %q", got, want)
	}
}

// TestFilesOfADayAreNumberedAnew at each rotation: a date with a number is no other
// file's for that.
func TestFilesOfADayAreNumberedAnew(t *testing.T) {
	skipWindows(t, "no name is free there while the file is held")
	for name, rotation := range map[string]func(t *testing.T, path string){
		"upwards": func(t *testing.T, path string) {
			must(t, ignoreMissing(os.Rename(path+"-20260101-2", path+"-20260101-3")))
			must(t, ignoreMissing(os.Rename(path+"-20260101-1", path+"-20260101-2")))
			rename(t, path, path+"-20260101-1")
		},
		"downwards": func(t *testing.T, path string) {
			must(t, ignoreMissing(os.Rename(path+"-20260101-2", path+"-20260101-1")))
			must(t, ignoreMissing(os.Rename(path+"-20260101-3", path+"-20260101-2")))
			rename(t, path, path+"-20260101-3")
		},
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path := logFile(t, "line 0\n")
				cfg.GracePeriod = -1
				g := newGroup(t, following(cfg), path)
				wantReady(t, g, nil, "line 0")
				for i := range 5 {
					rotation(t, path)
					line := fmt.Sprintf("line %d", i+1)
					write(t, path, line+"\n")
					readUntil(t, g, line)
					wantReady(t, g, nil) // the old file is closed
				}
			})
		})
	}
}

func ignoreMissing(err error) error {
	if os.IsNotExist(err) {
		return nil
	}
	return err
}
