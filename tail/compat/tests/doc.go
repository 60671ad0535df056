// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package tests holds what callers of nxadm/tail and hpcloud/tail rely on, and
// holds the modules below compat to it as their programs would: each is imported
// by its old path.
package tests
