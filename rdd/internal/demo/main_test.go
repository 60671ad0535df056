// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo_test

import (
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

func TestMain(m *testing.M) { rddtest.Main(m) }
