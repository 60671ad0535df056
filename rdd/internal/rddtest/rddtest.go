// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package rddtest lets tests run rdd for real, without building it: their own
// binary is rdd when it is run again.
package rddtest

import (
	"context"
	"os"
	"testing"

	"github.com/fsnotify/fsnotify"
	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/cli"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/lima"
)

// Variable is the environment variable that makes a test binary be rdd. It is
// set for all that a test starts with the test's own environment.
const Variable = "RDD_TEST_BINARY_IS_RDD"

// Main is for TestMain of a package whose tests start rdd, by [os.Executable] or
// by way of what they test. It also fails when goroutines are left at the end.
func Main(m *testing.M) {
	if os.Getenv(Variable) != "" {
		os.Exit(cli.Run(os.Args[1:], ""))
	}
	_ = os.Setenv(Variable, "1")
	if os.Getenv("GORACE") == "" { // or each process sleeps for a second at its end
		_ = os.Setenv("GORACE", "atexit_sleep_ms=0")
	}
	lima.Setup(context.Background(), os.Stderr)
	goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) // some that Lima is linked with start theirs at once
}

// Watch tells what happens in a folder, until the test ends.
func Watch(t *testing.T, dir string) *fsnotify.Watcher {
	t.Helper()
	watch, err := fsnotify.NewWatcher()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = watch.Close() })
	if err := watch.Add(dir); err != nil {
		t.Fatal(err)
	}
	return watch
}
