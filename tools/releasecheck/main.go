// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Command releasecheck shows that the modules of this repository can be released: it makes the zip of each as a module
// proxy would, without the replace lines that tie the modules together here, serves them from a file:// GOPROXY, and
// builds outside users of each against that.
//
//	releasecheck REPOSITORY
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/internal/release"
)

// folders are the modules to be released, importers after what they import.
var folders = []string{"tail", "hostagentevents", "rdd"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "releasecheck: one argument is needed: the top folder of the repository")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "releasecheck:", err)
		os.Exit(1)
	}
	fmt.Println("releasecheck: all modules can be released")
}

func run(root string) (err error) {
	temp, err := os.MkdirTemp("", "releasecheck")
	if err != nil {
		return err
	}
	defer func() {
		if removed := os.RemoveAll(temp); err == nil {
			err = removed
		}
	}()

	rehearsal, err := release.New(root, temp, folders)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := rehearsal.Publish(folder); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	return tryAll(rehearsal, filepath.Join(temp, "users"))
}
