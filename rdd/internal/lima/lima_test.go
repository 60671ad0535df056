// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package lima

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"github.com/lima-vm/lima/v2/pkg/registry"
	"github.com/lima-vm/lima/v2/pkg/version"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
)

// TestVersion: go.mod says which Lima is linked in.
func TestVersion(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/lima-vm/lima/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "v"+Version {
		t.Errorf("Version is %s, go.mod has %s", Version, got)
	}
}

func TestSetup(t *testing.T) {
	Setup(t.Context(), new(bytes.Buffer))
	if version.Version != Version {
		t.Errorf("Lima takes itself for %q", version.Version)
	}
	drivers := registry.List()
	if drivers["qemu"] != registry.Internal {
		t.Errorf("no qemu in %v", drivers)
	}
	if err := nsguest.Check(t.Context()); err == nil && drivers[nsguest.Name] != registry.Internal {
		t.Errorf("no %s in %v", nsguest.Name, drivers)
	}
}
