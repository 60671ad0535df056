// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

func TestStopAtEOFDeliversAllThatIsThere(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		want := numbered(1, 100_000)
		path := logFile(t, text(want))
		tl := open(t, path, following(cfg))
		wantLines(t, tl, "line 1")
		var err error
		var wg sync.WaitGroup
		wg.Go(func() { err = tl.StopAtEOF() })
		got := texts(t, tl)
		wg.Wait()
		if !slices.Equal(got, want[1:]) {
			t.Errorf("%d lines came, want the %d that were left", len(got), len(want)-1)
		}
		if !errors.Is(err, tail.ErrStopAtEOF) || !errors.Is(tl.Err(), tail.ErrStopAtEOF) {
			t.Errorf("StopAtEOF says %v and Err %v", err, tl.Err())
		}
		if err.Error() != "tail: stop at eof" {
			t.Errorf("the text is %q", err)
		}
	})
}

func TestStopAtEOFDeliversTheLastPiece(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		tl := stopAtEOF(t, logFile(t, "one\ntwo"), following(cfg))
		if got := texts(t, tl); !slices.Equal(got, []string{"one", "two"}) {
			t.Errorf("got %q", got)
		}
	})
}

func TestStopAtEOFDeliversWhatWasRotatedAway(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		tl := openRead(t, path, following(polled(t)), "one")
		appendTo(t, path, "two\nthr")
		rename(t, path, path+".1")
		write(t, path, "four\n")
		go tl.StopAtEOF()
		got := texts(t, tl)
		slices.Sort(got)
		if want := []string{"four", "thr", "two"}; !slices.Equal(got, want) {
			t.Errorf("got %q, want %q in their order", got, want)
		}
	})
}

// The end is where the file ended when StopAtEOF was called.
func TestStopAtEOFEndsBesideAWriterThatGoesOn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\ntwo\n")
		tl := open(t, path, following(polled(t)))
		wantLines(t, tl, "one")
		go tl.StopAtEOF()
		synctest.Wait()
		appendTo(t, path, "three\n")
		rename(t, path, path+".1")
		write(t, path, "four\n")
		if got := texts(t, tl); !slices.Equal(got, []string{"two"}) {
			t.Errorf("got %q, want only what was there", got)
		}
	})
}

func TestStopAtEOFAtAnyPoint(t *testing.T) {
	for name, path := range map[string]func(t *testing.T) string{
		"before the file exists":      func(t *testing.T) string { return filepath.Join(folder(t), "log") },
		"idle at the end of the file": func(t *testing.T) string { return logFile(t, "") },
	} {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				leavesNothing(t)
				tl := open(t, path(t), following(cfg))
				for range 2 {
					if err := returns(t, "StopAtEOF", tl.StopAtEOF); !errors.Is(err, tail.ErrStopAtEOF) {
						t.Errorf("StopAtEOF says %v", err)
					}
				}
				wantEnd(t, tl)
			})
		})
	}
}

func TestStopAtEOFAfterStop(t *testing.T) {
	leavesNothing(t)
	tl := open(t, logFile(t, "one\ntwo\n"), tail.Config{Follow: true})
	tl.Kill(errWhy)
	if err := returns(t, "StopAtEOF", tl.StopAtEOF); !errors.Is(err, errWhy) {
		t.Errorf("StopAtEOF says %v, want %v", err, errWhy)
	}
	wantHeld(t, tl)
}

func TestStopAtEOFFromManyGoroutines(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		leavesNothing(t)
		want := numbered(1, 1000)
		tl := open(t, logFile(t, text(want)), following(cfg))
		var wg sync.WaitGroup
		for range 8 {
			wg.Go(func() {
				if err := tl.StopAtEOF(); !errors.Is(err, tail.ErrStopAtEOF) {
					t.Errorf("StopAtEOF says %v", err)
				}
			})
		}
		if got := texts(t, tl); !slices.Equal(got, want) {
			t.Errorf("%d lines came, want %d", len(got), len(want))
		}
		wg.Wait()
	})
}

// tellingOfGaps is following for a log that is polled; a gap comes as a line without text.
func tellingOfGaps(t *testing.T) tail.Config {
	cfg := following(polled(t))
	cfg.ReportGaps = true
	return cfg
}

// openRead opens a Tail, reads these lines, which are all that is there, and lets it wait
// for the next poll.
func openRead(t *testing.T, path string, cfg tail.Config, lines ...string) *tail.Tail {
	t.Helper()
	tl := open(t, path, cfg)
	wantLines(t, tl, lines...)
	synctest.Wait()
	return tl
}

// wantAtEOF stops the Tail at the end of its file. These lines come before that.
func wantAtEOF(t *testing.T, tl *tail.Tail, lines ...string) {
	t.Helper()
	go tl.StopAtEOF()
	if got := texts(t, tl); !slices.Equal(got, lines) {
		t.Errorf("got %q, want %q", got, lines)
	}
}

// A file that is no longer than what was read of it may be another one all the same.
func TestStopAtEOFDeliversWhatWasRewritten(t *testing.T) {
	for name, content := range map[string]string{"shorter": "new 1\nnew 2\n", "as long": "new 1\nnew 2\nnew 3\n"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := logFile(t, "old 1\nold 2\nold 3\n")
				tl := openRead(t, path, following(polled(t)), "old 1", "old 2", "old 3")
				write(t, path, content)
				wantAtEOF(t, tl, split(content)...)
			})
		})
	}
}

// What is there is delivered also where a rotation has to come to rest first.
func TestStopAtEOFWaitsForRotations(t *testing.T) {
	skipWindows(t, "nothing can be renamed onto a file that is held there")
	for name, rotate := range map[string]func(t *testing.T, path string){
		"copied, truncated, and copied again": func(t *testing.T, path string) {
			write(t, path+".2", text(numbered(1, 10)))
			write(t, path, text(numbered(100, 200)))
		},
		"renamed, and copied": func(t *testing.T, path string) {
			rename(t, path, path+".2")
			write(t, path, text(numbered(100, 200)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := logFile(t, text(numbered(1, 10)))
				tl := openRead(t, path, following(polled(t)), numbered(1, 10)...)
				rotate(t, path)
				write(t, path+".1", text(numbered(100, 200)))
				wantAtEOF(t, tl, numbered(100, 200)...)
			})
		})
	}
}

// A file that has been truncated ends the wait for its copies, and not the one for the
// rotation that has been begun since: a number is missing.
func TestStopAtEOFWaitsForTwoRotations(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		tl := openRead(t, path, following(polled(t)), "one")
		write(t, path, "two\n")
		rename(t, path, path+".2")
		write(t, path, "three\n")
		wantAtEOF(t, tl, "two", "three")
		if n := tl.Stats().Gaps; n != 2 {
			t.Errorf("got %d gaps", n)
		}
	})
}

// What was rotated away is looked for also where nothing has the name by then: no other
// file is waited for that would tell of it.
func TestStopAtEOFDeliversWhatCameAndWent(t *testing.T) {
	for name, c := range map[string]struct {
		first []string // in the log when it is opened
		does  func(t *testing.T, path string)
		want  []string // "" is a gap
	}{
		"behind the file that is read": {numbered(1, 1), func(t *testing.T, path string) {
			rename(t, path, path+".2")
			write(t, path+".1", text(numbered(2, 3)))
		}, numbered(2, 3)},
		"before any was read": {nil, func(t *testing.T, path string) {
			write(t, path+".1", text(numbered(1, 2)))
		}, numbered(1, 2)},
		"before any was read, and a directory has the name": {nil, func(t *testing.T, path string) {
			write(t, path+".1", text(numbered(1, 2)))
			must(t, os.Mkdir(path, 0o700))
		}, numbered(1, 2)},
		"the last is not there": {numbered(1, 1), func(t *testing.T, path string) {
			appendTo(t, path, "two\n")
			rename(t, path, path+".2")
		}, []string{"two", ""}},
		"truncated, and renamed": {numbered(1, 1), func(t *testing.T, path string) {
			write(t, path, "two\n")
			rename(t, path, path+".1")
		}, []string{"", "two"}},
		"deleted, and one that may have been there at the start": {numbered(1, 1), func(t *testing.T, path string) {
			skipWine(t, staysVisible)
			remove(t, path)
			write(t, path+"-20260101", text(numbered(2, 3)))
		}, []string{""}},
		"a link has the name, and points elsewhere": {numbered(1, 1), func(t *testing.T, path string) {
			symlink(t, filepath.Join(path+".folder", "log"), path)
		}, []string{""}},
		"nothing": {numbered(1, 1), remove, nil},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				path := filepath.Join(folder(t), "log")
				if c.first != nil {
					write(t, path, text(c.first))
				}
				tl := openRead(t, path, tellingOfGaps(t), c.first...)
				c.does(t, path)
				wantAtEOF(t, tl, c.want...)
			})
		})
	}
}

// The open file of a log that is polled does not tell that its folder is another.
func TestStopAtEOFLooksAtThePath(t *testing.T) {
	skipWindows(t, "a folder with a file that is held cannot be renamed there")
	synctest.Test(t, func(t *testing.T) {
		path := logInFolder(t)
		tl := openRead(t, path, following(polled(t)), "one")
		replaceFolder(t, path, "two\n")
		wantAtEOF(t, tl, "two")
	})
}

// What stands in a file that cannot be opened is not left out in silence.
func TestStopAtEOFOpensTheFile(t *testing.T) {
	for _, failure := range []error{syscall.EMFILE, syscall.EACCES, syscall.EIO} {
		for _, c := range []struct {
			times int64
			want  []string
			err   error
		}{{3, []string{"two"}, tail.ErrStopAtEOF}, {everyTime, nil, failure}} {
			t.Run(fmt.Sprintf("%v, %d times", failure, c.times), func(t *testing.T) {
				synctest.Test(t, func(t *testing.T) {
					path := logFile(t, "one\n")
					tl := openRead(t, path, following(polled(t)), "one")
					rotate(t, path)
					write(t, path, "two\n")
					spoil(t, fileid.OpOpen, path, c.times, failure)
					wantAtEOF(t, tl, c.want...)
					if err := tl.Wait(); !errors.Is(err, c.err) {
						t.Errorf("got %v, want %v", err, c.err)
					}
				})
			})
		}
	}
}

// An error counts for more than that the tail was to end.
func TestStopAtEOFTellsOfErrors(t *testing.T) {
	path := logFile(t, text(numbered(1, 100_000)))
	tl := open(t, path, following(tail.Config{}))
	wantLines(t, tl, "line 1")
	spoil(t, fileid.OpRead, path, everyTime, syscall.EIO)
	stopped := make(chan error, 1)
	go func() { stopped <- tl.StopAtEOF() }()
	if got := texts(t, tl); len(got) == 99_999 {
		t.Error("all lines came")
	}
	if err := receive(t, "StopAtEOF", stopped); !errors.Is(err, syscall.EIO) {
		t.Errorf("StopAtEOF says %v", err)
	}
}

// What StopAtEOF tells of as missing behind the last file, and what it takes for a rotated
// file, does not count where there is another last file after all.
func TestStopAtEOFOpensAFileElsewhere(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path, other := logFile(t, "one\n"), logFile(t, "two\n")
		write(t, other+".1", "long ago\n")
		link := path + ".link"
		symlink(t, path, link)
		tl := openRead(t, link, tellingOfGaps(t), "one")
		remove(t, link)
		symlink(t, other, link)
		spoil(t, fileid.OpOpen, link, 3, syscall.EMFILE)
		wantAtEOF(t, tl, "", "two")
	})
}

// The same where the file is in its place.
func TestStopAtEOFTellsAGapInItsPlace(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		tl := openRead(t, path, tellingOfGaps(t), "one")
		rename(t, path, path+".2")
		write(t, path, "three\n")
		spoil(t, fileid.OpOpen, path, 105, syscall.EMFILE) // for longer than a rotation is waited for
		wantAtEOF(t, tl, "", "three")
	})
}

// Nothing is missing where the links are gone that led to the file.
func TestStopAtEOFWhereLinksAreGone(t *testing.T) {
	skipWindows(t, "a folder with a file that is held cannot be removed there")
	for _, name := range []string{"real/link", "folder/file"} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				dir := folder(t)
				must(t, os.Mkdir(filepath.Join(dir, "real"), 0o700))
				symlink(t, filepath.Join(dir, "real"), filepath.Join(dir, "folder"))
				write(t, filepath.Join(dir, "real", "file"), "one\n")
				symlink(t, filepath.Join(dir, "real", "file"), filepath.Join(dir, "real", "link"))
				tl := openRead(t, filepath.Join(dir, name), tellingOfGaps(t), "one")
				must(t, os.RemoveAll(filepath.Join(dir, "real")))
				wantAtEOF(t, tl)
			})
		})
	}
}

// A copy is read on where the file was cut off, also where that has been removed since.
func TestStopAtEOFReadsTheCopyOfARemovedFile(t *testing.T) {
	skipWine(t, staysVisible)
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		tl := openRead(t, path, tellingOfGaps(t), "one")
		write(t, path+".1", "one\ntwo\n")
		write(t, path, "three\n")
		remove(t, path)
		wantAtEOF(t, tl, "two", "", "three")
	})
}

// What comes behind the last file is told of that which was read last.
func TestStopAtEOFTellsWhereTheLastFileEnds(t *testing.T) {
	skipWine(t, staysVisible)
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one, and long\n")
		tl := openRead(t, path, tellingOfGaps(t), "one, and long")
		write(t, path, "two\n")
		remove(t, path)
		symlink(t, path+".elsewhere", path)
		go tl.StopAtEOF()
		var last *tail.Line
		for last = range tl.Lines {
		}
		if last == nil || last.Gap == nil || last.Gap.Generation != 2 || last.SeekInfo.Offset != 4 {
			t.Errorf("got %+v", last)
		}
	})
}

// A file that was rewritten after it had been rotated away is told of once.
func TestStopAtEOFTellsOnceOfARewrittenFile(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		path := logFile(t, "one\n")
		tl := openRead(t, path, tellingOfGaps(t), "one")
		old := rotate(t, path)
		write(t, path, "two\n")
		wantLines(t, tl, "two")
		synctest.Wait()
		write(t, old, "x\n")
		wantLines(t, tl, "")
		synctest.Wait()
		wantAtEOF(t, tl)
	})
}
