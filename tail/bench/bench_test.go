// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func TestMain(m *testing.M) {
	logwriter.Main()
	jobMain()
	os.Exit(m.Run())
}

func BenchmarkReading(b *testing.B) {
	path := filepath.Join(b.TempDir(), "log")
	want, err := writeLines(path, 10_000_000, lineLength)
	if err != nil {
		b.Fatal(err)
	}
	for _, c := range contestants {
		b.Run(c.name, func(b *testing.B) {
			b.SetBytes(want.bytes)
			b.ReportAllocs()
			for b.Loop() {
				got, err := c.read([]string{path}, 128<<10)
				if err == nil {
					err = want.check(got)
				}
				if err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// TestRun runs everything on a small file: it checks that all contestants deliver all lines, not how fast.
func TestRun(t *testing.T) {
	var out bytes.Buffer
	folder := t.TempDir()
	args := []string{"-quick", "-size", "300000", "-rounds", "1", "-dir", t.TempDir(), "-results", folder}
	if err := run(args, &out, io.Discard); err != nil {
		t.Fatalf("%v\n%s", err, &out)
	}
	for _, c := range contestants {
		if !strings.Contains(out.String(), c.name) {
			t.Errorf("%s is missing in\n%s", c.name, out.String())
		}
	}
	if written, _ := os.ReadDir(folder); len(written) > 0 || !strings.Contains(out.String(), "RESULTS.md stays as it is: -quick is set.") {
		t.Errorf("a partial run left %v and said\n%s", written, &out)
	}
}

func TestWrongCountIsAnError(t *testing.T) {
	want := count{lines: 10, bytes: 1160}
	for got, ok := range map[count]bool{
		want:              true,
		{uncounted, 1160}: true,
		{9, 1160}:         false,
		{10, 1159}:        false,
		{uncounted, 1159}: false,
	} {
		if err := want.check(got); (err == nil) != ok {
			t.Errorf("check(%+v): %v", got, err)
		}
	}
}

func TestBadFlags(t *testing.T) {
	for args, want := range map[string]string{
		"-size 5":    "-size is 5",
		"-rounds 0":  "-rounds is 0",
		"-buffer 1":  "-buffer is 1",
		"-run (":     "-run: ",
		"-run nope":  "-run selects nothing",
		"more":       `unexpected argument "more"`,
		"-dir /a/b/": "/a/b/",
	} {
		err := run(strings.Fields(args), io.Discard, io.Discard)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%s: %v, want %s", args, err, want)
		}
	}
}

func TestWhatIsPartial(t *testing.T) {
	for args, want := range map[string]string{
		"":                   "",
		"-size 200000000":    "",
		"-quick":             "-quick is set",
		"-run reading":       "-run selects a part",
		"-rounds 4":          "-rounds is below 5",
		"-size 1000 -dir /a": "-size is below 100000000",
	} {
		s, err := parse(strings.Fields(args), io.Discard)
		if err != nil || s.partial() != want {
			t.Errorf("%s: %q, error %v; want %q", args, s.partial(), err, want)
		}
	}
}

func TestFigures(t *testing.T) {
	for _, test := range []struct {
		f              figures
		median, spread float64
	}{
		{figures{4}, 4, 0},
		{figures{4, 1, 2}, 2, 150},
		{figures{1, 4, 2, 3}, 2.5, 120},
		{figures{0, 0}, 0, 0},
	} {
		if m, s := test.f.median(), test.f.spread(); m != test.median || s != test.spread {
			t.Errorf("%v: median %v, spread %v; want %v, %v", test.f, m, s, test.median, test.spread)
		}
	}
}
