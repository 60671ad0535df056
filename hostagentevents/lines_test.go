// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"errors"
	"fmt"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBadLinesAreHandedOver(t *testing.T) {
	const bad = `{"status":`
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+bad+"\n"+portEvent(2)+portEvent(sentinel))
	var got []*LineError
	ports := l.ports(time.Time{}, func(int) {}, WithBadLine(func(e *LineError) error {
		got = append(got, e)
		return nil
	}))
	if diff := cmp.Diff([]int{1, 2}, ports); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
	if len(got) != 1 || got[0].Err == nil {
		t.Fatalf("bad lines: %v", got)
	}
	want := &LineError{Path: l.stdout, Generation: 1, Offset: int64(len(portEvent(1))), Line: bad, Err: got[0].Err}
	if *got[0] != *want {
		t.Errorf("%+v, want %+v", got[0], want)
	}
}

func TestBadLineEndsTheWatch(t *testing.T) {
	l := newLogs(t)
	l.append(l.stdout, portEvent(1)+"null\n"+portEvent(2))
	events, err := l.follow(func(int) {}, WithBadLine(func(e *LineError) error { return e }))
	var bad *LineError
	if events != 1 || !errors.As(err, &bad) || !errors.Is(err, errNoStatus) {
		t.Errorf("%d events, then %v", events, err)
	}
	if !strings.Contains(err.Error(), l.stdout+" at offset") || !strings.HasSuffix(err.Error(), `"null"`) {
		t.Errorf("%q does not name the line", err)
	}
}

func TestLineErrorIsShort(t *testing.T) {
	if n := len((&LineError{Line: strings.Repeat("x", 1<<20), Err: errTooLong}).Error()); n > 2*maxQuoted {
		t.Errorf("a message of %d bytes", n)
	}
}

// TestMaxLineSize: a line over the limit is one bad line, however many pieces it
// is read in; one of the limit's size is taken.
func TestMaxLineSize(t *testing.T) {
	const limit = 1000
	atLimit := portEvent(2)
	atLimit = strings.Repeat(" ", limit-len(atLimit)+1) + atLimit
	for name, n := range map[string]int{"by one byte": 1, "by half": limit / 2, "twice": limit, "many times": 300 * limit} {
		t.Run(name, func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stdout, portEvent(1)+strings.Repeat("x", limit+n)+"\n"+atLimit+
				strings.Repeat("y", limit+n)+"\n"+strings.Repeat("z", 3*limit+n)+"\n"+portEvent(3)+portEvent(sentinel))
			var bad []string
			ports := l.ports(time.Time{}, func(int) {}, WithMaxLineSize(limit), WithBadLine(func(e *LineError) error {
				if !errors.Is(e, errTooLong) {
					t.Error(e)
				}
				bad = append(bad, e.Line)
				return nil
			}))
			if diff := cmp.Diff([]int{1, 2, 3}, ports); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
			want := []string{strings.Repeat("x", limit), strings.Repeat("y", limit), strings.Repeat("z", limit)}
			if diff := cmp.Diff(want, bad); diff != "" {
				t.Errorf("bad lines: -want +got\n%s", diff)
			}
		})
	}
}

func TestMaxLineSizeOption(t *testing.T) {
	for size, want := range map[int]int{0: defaultMaxLineSize, 5: 5} {
		if got := newOptions([]Option{WithMaxLineSize(size)}).config.MaxLineSize; got != want {
			t.Errorf("%d gives %d, want %d", size, got, want)
		}
	}
	l := newLogs(t)
	if _, err := l.follow(func(int) {}, WithMaxLineSize(-1)); err == nil || !strings.Contains(err.Error(), "MaxLineSize is -1") {
		t.Errorf("got %v", err)
	}
}

// TestLongLineTakesNoMemory: of a line of 100 MB no more is ever held than a few
// times the limit.
func TestLongLineTakesNoMemory(t *testing.T) {
	const long, limit, bound = 100 << 20, 64 << 10, 4 << 20
	l := newLogs(t)
	l.append(l.stdout, portEvent(1))
	if err := os.Truncate(l.stdout, long); err != nil { // a hole reads as zero bytes
		t.Fatal(err)
	}
	l.append(l.stdout, "\n"+portEvent(2)+portEvent(sentinel))
	before := allocated()
	ports := l.ports(time.Time{}, func(int) {}, WithMaxLineSize(limit))
	if n := allocated() - before; n > bound {
		t.Errorf("%d bytes were allocated for a line of %d, want at most %d", n, long, bound)
	}
	if diff := cmp.Diff([]int{1, 2}, ports); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// allocated is how many bytes have been allocated so far, freed ones included.
func allocated() int64 {
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.TotalAlloc)
}

// TestTruncatedUnderTheWriter: a hostagent does not append, so that it leaves a hole
// where its file was cut, and the next event stands behind that.
func TestTruncatedUnderTheWriter(t *testing.T) {
	l := newLogs(t)
	hostagent, err := os.Create(l.stdout)
	if err != nil {
		t.Fatal(err)
	}
	defer hostagent.Close()
	write := func(text string) {
		if _, err := hostagent.WriteString(text); err != nil {
			t.Error(err)
		}
	}
	write(portEvent(1))
	got := l.ports(time.Time{}, func(port int) {
		if port == 1 {
			if err := os.Truncate(l.stdout, 0); err != nil {
				t.Error(err)
			}
			write(portEvent(2) + portEvent(sentinel))
		}
	})
	if diff := cmp.Diff([]int{1, 2}, got); diff != "" {
		t.Errorf("-want +got\n%s", diff)
	}
}

// TestLongHole: it may be longer than a line may be.
func TestLongHole(t *testing.T) {
	const limit = 1000
	for _, size := range []int64{limit, 12*limit + 345, 5 << 20} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			l := newLogs(t)
			l.append(l.stdout, portEvent(1))
			got := l.ports(time.Time{}, func(port int) {
				if port == 1 {
					if err := errors.Join(os.Truncate(l.stdout, 0), os.Truncate(l.stdout, size)); err != nil {
						t.Error(err)
					}
					l.append(l.stdout, portEvent(2)+portEvent(3)+portEvent(sentinel))
				}
			}, WithMaxLineSize(limit))
			if diff := cmp.Diff([]int{1, 2, 3}, got); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}
