// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli

import (
	"runtime/debug"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/lima"
)

// version names this program's version, as far as it is known, and Lima's.
func version(release string) string {
	v := release
	if info, ok := debug.ReadBuildInfo(); ok && v == "" {
		v = info.Main.Version // of go install ...@version
	}
	if v == "" {
		v = "(devel)"
	}
	return v + " (with Lima v" + lima.Version + ")"
}
