// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package gotail

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// TestLikeGNU compares gotail's output and exit status with those of GNU tail, byte by byte.
func TestLikeGNU(t *testing.T) {
	gnu, err := exec.LookPath("tail")
	if err != nil || !isGNU(gnu) {
		t.Skipf("no GNU tail to compare with on this %s", runtime.GOOS)
	}
	gotail := filepath.Join(buildGotail(t, false), "gotail")
	dir := t.TempDir()
	for name, content := range gnuFiles() {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	if err := os.Mkdir(filepath.Join(dir, "folder"), 0o700); err != nil {
		t.Fatal(err)
	}
	for _, args := range gnuCommands() {
		for _, stdin := range stdins(args) {
			want, wantStatus := runIn(t, dir, gnu, args, stdin)
			got, status := runIn(t, dir, gotail, args, stdin)
			if got != want || status != wantStatus {
				t.Errorf("%s < %s: status %d with %.200q, GNU's %d with %.200q", args, stdin, status, got, wantStatus, want)
			}
		}
	}
}

func gnuFiles() map[string]string {
	return map[string]string{
		"empty":   "",
		"newline": "\n",
		"piece":   "a\nb",
		"one":     "one\n",
		"binary":  "\x00\xff\n\r\n\xc3(\x00\n\n",
		"lines":   strings.Repeat("a line of text\n", 25),
		"long":    strings.Repeat("0123456789abcde\n", 100_000) + "end",
		"wide":    strings.Repeat("w", 300_000) + "\n" + strings.Repeat("x", 300_000),
	}
}

// gnuCommands are few, and read several files each: every one is two processes.
func gnuCommands() []string {
	commands := []string{
		"", "-3", "-3 lines", "-q one piece", "-v one", "-v -", "-vq one piece", "-qv one", "one -n1 piece", "-n1 -- one",
		"one one", "one nofile piece", "nofile", "folder", "folder one", "-n 0 nofile", "- one -",
	}
	for _, start := range []string{
		"-n 0", "-n 1", "-n 2", "-n 11", "-n 99999", "-n +0", "-n +1", "-n +2", "-n +20", "-n +200000",
		"-c 0", "-c 7", "-c 1M", "-c +1", "-c +7", "-c +1G",
	} {
		commands = append(commands, start, start+" empty newline piece one binary lines long wide")
	}
	return commands
}

// stdins are the files that a command gets as standard input in turn.
func stdins(args string) []string {
	for word := range strings.FieldsSeq(args) {
		if len(word) > 1 && word[0] >= 'a' { // it reads files
			return []string{"piece"}
		}
	}
	return []string{"empty", "piece", "long"}
}

func isGNU(tail string) bool {
	out, err := exec.Command(tail, "--version").Output()
	return err == nil && bytes.Contains(out, []byte("GNU coreutils"))
}

// runIn runs a program in a folder, with one of the folder's files behind a pipe as standard input.
func runIn(t *testing.T, dir, program, args, stdin string) (string, int) {
	t.Helper()
	content, err := os.ReadFile(filepath.Join(dir, stdin))
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), program, strings.Fields(args)...)
	cmd.Dir = dir
	cmd.Stdin = bytes.NewReader(content)
	out, err := cmd.Output()
	if exit := (*exec.ExitError)(nil); err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return string(out), cmd.ProcessState.ExitCode()
}
