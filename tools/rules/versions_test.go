// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/semver"
)

func versions(t *testing.T, repo *Repo) map[string][]string {
	t.Helper()
	found, err := repo.Versions()
	if err != nil {
		t.Fatal(err)
	}
	for name, list := range found {
		for _, version := range list {
			if !semver.IsValid(version) {
				t.Errorf("versions.txt: %s: %s is no version", name, version)
			}
		}
	}
	return found
}

// TestVersionsAreRequired holds versions.txt against what our modules require, of siblings and of others.
func TestVersionsAreRequired(t *testing.T) {
	repo := open(t)
	listed := versions(t, repo)
	for folder, file := range modules(t, repo) {
		if !slices.Contains([]string{"tail", "tail/tests", "tail/compat", "tail/compat/nxadm", "tail/compat/hpcloud", "hostagentevents", "rdd"}, folder) {
			continue
		}
		for _, require := range file.Require {
			list, ok := listed[strings.TrimPrefix(require.Mod.Path, Namespace)]
			if ok && !slices.Contains(list, require.Mod.Version) {
				t.Errorf("%s/go.mod requires %s, versions.txt has %v", folder, require.Mod, list)
			}
		}
	}
}

// TestVersionsHaveChanges wants the next version of each module at the top of its changelog, "Unreleased" or not.
func TestVersionsHaveChanges(t *testing.T) {
	repo := open(t)
	listed := versions(t, repo)
	for _, folder := range released {
		if len(listed[folder]) != 1 {
			t.Errorf("versions.txt must have one version of %s", folder)
			continue
		}
		_, after, _ := strings.Cut(string(read(t, repo, folder+"/CHANGELOG.md")), "\n## ")
		heading, _, _ := strings.Cut(after, "\n")
		if strings.TrimPrefix(heading, "Unreleased: ") != listed[folder][0] {
			t.Errorf("%s/CHANGELOG.md begins with %q, its next version is %s", folder, heading, listed[folder][0])
		}
	}
}
