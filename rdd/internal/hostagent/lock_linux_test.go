// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"path/filepath"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/filestest"
)

// TestClaimOnFullDisk leaves nothing in a later start's way.
func TestClaimOnFullDisk(t *testing.T) {
	dir := t.TempDir()
	pidFile := filepath.Join(dir, "ha.pid")
	filestest.FullDisk(t, func() {
		if _, err := claim(pidFile); err == nil {
			t.Error("no error")
		}
	})
	if left := contents(t, dir); len(left) > 0 {
		t.Errorf("left: %q", left)
	}
	release, err := claim(pidFile)
	if err != nil {
		t.Fatal(err)
	}
	release()
}
