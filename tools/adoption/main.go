// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Command adoption puts tail under real programs that import nxadm/tail or hpcloud/tail: it serves our modules from a
// file:// GOPROXY, copies each program from the module proxy, adds one replace line to its go.mod, and runs what of the
// program follows logs. For Lima it also makes the change that tail/ADOPTING.md describes.
//
//	adoption REPOSITORY [PROGRAM...]
package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/internal/release"
)

// folders are the modules that a program gets, importers after what they import.
var folders = []string{"tail", "tail/compat", "tail/compat/nxadm", "tail/compat/hpcloud"}

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "adoption: an argument is needed: the top folder of the repository")
		os.Exit(2)
	}
	if err := run(os.Args[1], os.Args[2:]); err != nil {
		fmt.Fprintln(os.Stderr, "adoption:", err)
		os.Exit(1)
	}
	fmt.Println("adoption: all programs run on tail")
}

func run(root string, names []string) (err error) {
	chosen, err := choose(names)
	if err != nil {
		return err
	}
	temp, err := os.MkdirTemp("", "adoption")
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, os.RemoveAll(temp)) }()

	rehearsal, err := release.New(root, temp, folders)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		if err := rehearsal.Publish(folder); err != nil {
			return fmt.Errorf("%s: %w", folder, err)
		}
	}
	for _, program := range chosen {
		begin := time.Now()
		trial := trial{program, rehearsal, filepath.Join(temp, "programs", program.name), root}
		if err := trial.run(); err != nil {
			return fmt.Errorf("%s %s: %w", program.name, program.version, err)
		}
		fmt.Printf("adoption: %s %s: passed in %v\n", program.name, program.version, time.Since(begin).Round(time.Second))
	}
	return nil
}

// choose returns the programs of these names, all of them for none.
func choose(names []string) ([]program, error) {
	if len(names) == 0 {
		return programs, nil
	}
	var chosen []program
	for _, name := range names {
		at := slices.IndexFunc(programs, func(p program) bool { return p.name == name })
		if at < 0 {
			return nil, fmt.Errorf("no program is named %s", name)
		}
		chosen = append(chosen, programs[at])
	}
	return chosen, nil
}
