// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"golang.org/x/exp/apidiff"
)

const root = "../.."

func TestFilesAreAsGenerated(t *testing.T) {
	files, err := generate(root)
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range files {
		if got, err := os.ReadFile(filepath.Join(root, name)); err != nil || !bytes.Equal(got, want) {
			t.Errorf("%s is not as it is generated: run `make generate` (%v)", name, err)
		}
	}
}

// TestOneDifferenceFromNxadm: package tail itself has the interface of nxadm/tail, but for the type of one field.
func TestOneDifferenceFromNxadm(t *testing.T) {
	old, err := originals[0].packages(root, "linux", "")
	if err != nil {
		t.Fatal(err)
	}
	ours, err := load(filepath.Join(root, "tail"), "linux", ".")
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, change := range apidiff.Changes(old[0], ours[0].Types).Changes {
		if !change.Compatible {
			got = append(got, change.Message)
		}
	}
	slices.Sort(got)
	// A Tail has the field by way of its Config.
	const change = ".RateLimiter: changed from *github.com/nxadm/tail/ratelimiter.LeakyBucket to RateLimiter"
	if want := []string{"Config" + change, "Tail" + change}; !slices.Equal(got, want) {
		t.Errorf("incompatible with nxadm/tail:\n%q\nwant\n%q", got, want)
	}
}
