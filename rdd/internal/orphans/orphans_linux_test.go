// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package orphans_test

import (
	"context"
	"errors"
	"io"
	"os/exec"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/orphans"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// orphan starts a process whose parent ends at once. It ends when life is
// closed.
func orphan(t *testing.T) (life io.Closer) {
	t.Helper()
	if err := orphans.Adopt(); err != nil {
		t.Fatal(err)
	}
	// The shell gives commands in the background no standard input, hence 3.
	cmd := exec.Command("/bin/sh", "-c", "exec 3<&0; cat <&3 >/dev/null &")
	life, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	return life
}

func TestAlone(t *testing.T) {
	if err := orphans.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}

func TestWait(t *testing.T) {
	life := orphan(t)
	ended := make(chan error, 1)
	go func() { ended <- orphans.Wait(t.Context()) }()
	select {
	case err := <-ended:
		t.Fatalf("did not wait: %v", err)
	default:
	}
	life.Close()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

func TestKill(t *testing.T) {
	life := orphan(t)
	defer life.Close()
	why := errors.New("no more patience")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	err := orphans.Wait(ctx)
	if !errors.Is(err, why) || !strings.HasPrefix(err.Error(), "orphans: had to kill [") {
		t.Errorf("error: %v", err)
	}
	if err := orphans.Wait(t.Context()); err != nil {
		t.Error(err)
	}
}
