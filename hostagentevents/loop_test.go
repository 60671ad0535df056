// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"runtime/pprof"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TestRotationLoop is what hung the first hostagent watcher on Windows: watch,
// stop, and watch again, while a process of its own writes to both logs and
// renames or removes them.
func TestRotationLoop(t *testing.T) {
	l := newLogs(t)
	startHostagent(t, filepath.Dir(l.stdout))
	for n := range cycles(t) {
		watchOverRotation(t, n, l)
	}
}

// cycles is how often the logs are watched. The environment variable TAIL_SOAK
// sets another number.
func cycles(t *testing.T) int {
	t.Helper()
	env := os.Getenv("TAIL_SOAK")
	if env == "" {
		return 200
	}
	n, err := strconv.Atoi(env)
	if err != nil {
		t.Fatalf("TAIL_SOAK is %q: it must be a number of cycles", env)
	}
	return n
}

// watchOverRotation is one cycle. It fails the test, with the stacks of all
// goroutines, where Watch does not even return at the end of its context.
func watchOverRotation(t *testing.T, n int, l logs) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	done := make(chan error, 1)
	go func() {
		events := 0
		done <- Watch(ctx, l.stdout, l.stderr, time.Time{}, func(Event) bool {
			events++
			return events == perFile*3/2
		})
	}()
	select {
	case err := <-done:
		if err != nil {
			t.Fatalf("cycle %d: Watch returned %v", n, err)
		}
	case <-time.After(2 * patience):
		var stacks strings.Builder
		_ = pprof.Lookup("goroutine").WriteTo(&stacks, 2)
		t.Fatalf("cycle %d: Watch hangs\n%s", n, stacks.String())
	}
}

// variable makes this program the hostagent of the loop. It names the folder of
// the logs.
const variable = "HOSTAGENTEVENTS_TEST_DIR"

// startHostagent starts it. It ends when its standard input does, with the test
// or with this process.
func startHostagent(t *testing.T, dir string) {
	t.Helper()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(exe)
	cmd.Env = append(os.Environ(), variable+"="+dir)
	cmd.Stderr = os.Stderr
	life, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		life.Close()
		if err := cmd.Wait(); err != nil {
			t.Errorf("the hostagent: %v", err)
		}
	})
}

// hostagentMain does not return where this process was started as a hostagent.
func hostagentMain() {
	dir, ok := os.LookupEnv(variable)
	if !ok {
		return
	}
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		os.Exit(0)
	}()
	err := writeLogs(filepath.Join(dir, "ha.stdout.log"), filepath.Join(dir, "ha.stderr.log"))
	fmt.Fprintln(os.Stderr, "hostagent:", err)
	os.Exit(1)
}

// perFile is how many lines a log gets before it is renamed or removed.
const perFile = 20

// writeLogs writes 2,000 lines a second to both logs.
func writeLogs(stdout, stderr string) error {
	pace := time.Tick(perFile * time.Second / 2000)
	for n := 0; ; n++ {
		for _, path := range []string{stdout, stderr} {
			if err := putAway(path, n); err != nil {
				return err
			}
		}
		if err := errors.Join(fill(stdout, portEvent(1+n%1000)), fill(stderr, "{\"level\":\"info\",\"msg\":\"on\"}\n")); err != nil {
			return err
		}
		<-pace
	}
}

// putAway makes room for the n-th log: by turns the old one is removed, and
// renamed to a name that is new, as nothing can be renamed onto a file that
// somebody holds on Windows. It may have been removed without being gone until
// now.
func putAway(path string, n int) error {
	var err error
	if n%2 == 0 {
		err = os.Remove(path)
	} else {
		err = os.Rename(path, fmt.Sprintf("%s.%d", path, n))
	}
	if err == nil || errors.Is(err, fs.ErrNotExist) {
		err = os.Remove(fmt.Sprintf("%s.%d", path, n-2))
	}
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	return err
}

func fill(path, line string) error {
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.WriteString(strings.Repeat(line, perFile))
	return errors.Join(err, f.Close())
}
