// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"context"
	"errors"
	"strings"
	"syscall"
	"testing"
	"time"
)

// TestReadError: a file that opens but cannot be read, which is the memory of
// this process at address zero.
func TestReadError(t *testing.T) {
	const memory = "/proc/self/mem"
	l := newLogs(t)
	tests := map[string]struct{ stdout, stderr string }{
		stdoutLog: {memory, l.stderr},
		stderrLog: {l.stdout, memory},
	}
	for log, test := range tests {
		t.Run(log, func(t *testing.T) {
			ctx, cancel := context.WithTimeout(t.Context(), patience)
			defer cancel()
			err := Watch(ctx, test.stdout, test.stderr, time.Time{}, func(Event) bool { return false })
			if !errors.Is(err, syscall.EIO) {
				t.Fatalf("Watch returned %v", err)
			}
			for _, part := range []string{log, memory} {
				if !strings.Contains(err.Error(), part) {
					t.Errorf("%q does not name %s", err, part)
				}
			}
		})
	}
}
