// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/lima-vm/lima/v2/pkg/instance"
	"github.com/lima-vm/lima/v2/pkg/store"
	"golang.org/x/sys/unix"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
)

// TestStartTwiceAtOnce: one of two is told that it is too late, and the other's
// events are where it says.
func TestStartTwiceAtOnce(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	type result struct {
		*hostagent.Process
		err error
	}
	results := make(chan result, 2)
	for range cap(results) {
		go func() {
			p, err := hostagent.Start(t.Context(), inst)
			results <- result{p, err}
		}()
	}
	var started []*hostagent.Process
	for range cap(results) {
		r := <-results
		if r.err == nil {
			t.Cleanup(func() { stop(t, r.Process) })
			started = append(started, r.Process)
		} else if !strings.Contains(r.err.Error(), "another hostagent ") {
			t.Error(r.err)
		}
	}
	if len(started) != 1 {
		t.Fatalf("%d hostagents were started", len(started))
	}
	until(t, started[0], isRunning)
}

// TestStartTwoInstances at once, for the race detector: Lima's global state.
func TestStartTwoInstances(t *testing.T) {
	one := newInstance(t, string(nsguest.Template))
	other, err := instance.Create(t.Context(), "vm2", nsguest.Template, false)
	if err != nil {
		t.Fatal(err)
	}
	var first, second *hostagent.Process
	var firstErr, secondErr error
	var both sync.WaitGroup
	both.Go(func() { first, firstErr = hostagent.Start(t.Context(), one) })
	both.Go(func() { second, secondErr = hostagent.Start(t.Context(), other) })
	both.Wait()
	if err := errors.Join(firstErr, secondErr); err != nil {
		t.Fatal(err)
	}
	if err := first.Stop(t.Context()); err != nil {
		t.Error(err)
	}
	stop(t, second) // and waits for what either has left
}

// TestLocked: while another process is starting a hostagent, the logs are its
// own.
func TestLocked(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	lock, err := os.Create(filepath.Join(inst.Dir, "ha.lock"))
	if err != nil {
		t.Fatal(err)
	}
	defer lock.Close()
	if err := unix.Flock(int(lock.Fd()), unix.LOCK_EX); err != nil {
		t.Fatal(err)
	}
	log := filepath.Join(inst.Dir, "ha.stdout.log")
	if err := os.WriteFile(log, []byte("its own"), 0o600); err != nil {
		t.Fatal(err)
	}
	const want = "another hostagent is being started, or ends ("
	if _, err := hostagent.Start(t.Context(), inst); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error: %v", err)
	}
	if text, err := os.ReadFile(log); string(text) != "its own" {
		t.Errorf("the log holds %q (%v)", text, err)
	}
}

// TestOnlyOneWithoutPID: the hostagent itself holds the lock, for as long as it
// runs and no longer.
func TestOnlyOneWithoutPID(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	first := start(t, inst)
	until(t, first, isRunning)
	if err := os.Remove(filepath.Join(inst.Dir, "ha.pid")); err != nil {
		t.Fatal(err)
	}
	if _, err := hostagent.Start(t.Context(), inst); err == nil {
		t.Fatal("a second hostagent was started")
	}
	stop(t, first)
	until(t, start(t, inst), isRunning)
}

// TestLockOfFailedStart: a start that does not come about leaves no lock.
func TestLockOfFailedStart(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	blocked := filepath.Join(inst.Dir, "lima-guestagent")
	if err := os.Mkdir(blocked, 0o700); err != nil {
		t.Fatal(err)
	}
	if _, err := hostagent.Start(t.Context(), inst); !errors.Is(err, unix.EEXIST) {
		t.Errorf("error: %v", err)
	}
	if err := os.Remove(blocked); err != nil {
		t.Fatal(err)
	}
	until(t, start(t, inst), isRunning)
}

// TestStartOverTornPID: Lima takes the instance for broken, until the file is
// gone.
func TestStartOverTornPID(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	if err := os.WriteFile(filepath.Join(inst.Dir, "ha.pid"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	inst, err := store.Inspect(t.Context(), inst.Name)
	if err != nil || len(inst.Errors) == 0 {
		t.Fatalf("Lima sees nothing wrong (%v)", err)
	}
	until(t, start(t, inst), isRunning)
}

// TestStartOverReusedPID: a crash has left the files, and another process has
// the number by now.
func TestStartOverReusedPID(t *testing.T) {
	for _, names := range [][]string{{"ha.pid"}, {"nsguest.pid"}, {"ha.pid", "nsguest.pid"}} {
		t.Run(strings.Join(names, " and "), func(t *testing.T) {
			inst := newInstance(t, string(nsguest.Template))
			for _, name := range names {
				if err := os.WriteFile(filepath.Join(inst.Dir, name), fmt.Appendln(nil, os.Getppid()), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			inst, err := store.Inspect(t.Context(), inst.Name)
			if err != nil || len(inst.Errors) == 0 {
				t.Fatalf("Lima sees nothing wrong (%v)", err)
			}
			until(t, start(t, inst), isRunning)
		})
	}
}

// TestGuestOfKilled: the guest of a hostagent that was killed still ends, and
// nobody starts another beside it.
func TestGuestOfKilled(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	guest := exec.Command("/bin/sh", "-c", "read end", nsguest.InitCommand, inst.Dir)
	life, err := guest.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := guest.Start(); err != nil {
		t.Fatal(err)
	}
	pidFile := filepath.Join(inst.Dir, "nsguest.pid")
	if err := os.WriteFile(pidFile, fmt.Appendln(nil, guest.Process.Pid), 0o600); err != nil {
		t.Fatal(err)
	}
	if inst, err = store.Inspect(t.Context(), inst.Name); err != nil {
		t.Fatal(err)
	}
	if _, err := hostagent.Start(t.Context(), inst); err == nil || !strings.Contains(err.Error(), "driver is running but host agent is not") {
		t.Errorf("error: %v", err)
	}
	life.Close()
	_ = guest.Wait()
	until(t, start(t, inst), isRunning) // though the caller looked too early
}

// TestGoneMeanwhile: an instance whose lima.yaml is gone when it is looked at
// anew.
func TestGoneMeanwhile(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	if err := os.WriteFile(filepath.Join(inst.Dir, "ha.pid"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Remove(filepath.Join(inst.Dir, "lima.yaml")); err != nil {
		t.Fatal(err)
	}
	if _, err := hostagent.Start(t.Context(), inst); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("error: %v", err)
	}
}
