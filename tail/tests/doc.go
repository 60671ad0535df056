// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

// Package tests holds what package tail promises, a test for each promise. It
// is a module of its own, so that those who import tail do not pay for what
// its tests need.
package tests
