// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import "strings"

// Versions are the lines of versions.txt: what is released together, and what it is tested with. A module of this
// repository, by its folder, has one version there, another, by its path, each that it is tested with.
func (r *Repo) Versions() (map[string][]string, error) {
	data, err := r.Read("versions.txt")
	if err != nil {
		return nil, err
	}
	versions := map[string][]string{}
	for line := range strings.Lines(string(data)) {
		if fields := strings.Fields(line); len(fields) > 1 && fields[0] != "#" {
			versions[fields[0]] = fields[1:]
		}
	}
	return versions, nil
}
