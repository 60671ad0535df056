// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package lima sets up Lima's packages for use in this process: which version
// they are, which drivers they know and what they may print.
package lima

import (
	"context"
	"io"

	"github.com/lima-vm/lima/v2/pkg/version"
	"github.com/sirupsen/logrus"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	_ "github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/passwd" // before Lima's own init
)

// Version is the Lima that is linked in. Lima reads its own version from a
// linker flag, writes it into each instance and warns when there is none.
const Version = "2.2.0"

// Setup must be called before Lima inspects the first instance. Lima's log,
// which is global, goes to w, its warnings and worse only; the hostagent
// command makes its own arrangements.
func Setup(ctx context.Context, w io.Writer) {
	version.Version = Version
	nsguest.Register(ctx)
	logrus.SetOutput(w)
	logrus.SetLevel(logrus.WarnLevel)
}
