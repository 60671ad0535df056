// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"flag"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write what is generated, the files api.txt and the losses in the README, as it is now")

// TestInterfaces wants every change of an exported name to be seen: api.txt lists them, as they were accepted.
func TestInterfaces(t *testing.T) {
	repo := open(t)
	for _, folder := range []string{"tail", "hostagentevents"} {
		now, err := repo.API(folder)
		if err != nil {
			t.Fatal(err)
		}
		name := folder + "/api.txt"
		if *update {
			content := strings.Join(now, "\n") + "\n"
			if err := os.WriteFile(filepath.Join(repo.Root, name), []byte(content), 0o600); err != nil {
				t.Fatal(err)
			}
			continue
		}
		accepted := strings.Split(strings.TrimSpace(string(read(t, repo, name))), "\n")
		for _, line := range accepted {
			if !slices.Contains(now, line) {
				t.Errorf("%s: gone or changed, which breaks programs: %s", name, line)
			}
		}
		for _, line := range now {
			if !slices.Contains(accepted, line) {
				t.Errorf("%s: new, `make api` accepts it: %s", name, line)
			}
		}
	}
}
