#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Rehearses that tail goes upstream: its committed tree, in an empty folder and under the module path of nxadm/tail,
# builds and passes its tests. UPSTREAM_TESTS=short leaves out what takes minutes.
#
# Left out are bench, which compares tail with the real nxadm/tail, and compat, which stands in for it: both need two
# modules of one path there.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

ours=github.com/rancher-sandbox/rancher-desktop-daemon/tail
theirs=github.com/nxadm/tail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

# rename_module writes the new path wherever the old one stands: in imports, go.mod files, pages.
rename_module() {
	local files
	mapfile -d '' -t files < <(grep -rlIZF "$ours" .)
	sed -i "s|$ours|$theirs|g" "${files[@]}"
	! grep -rnF rancher-sandbox/rancher-desktop-daemon/tail . || { echo "upstream: these keep the old path" >&2; return 1; }
}

check_module() {
	step "upstream: $1: build, vet, test -race"
	in_module "$1" go mod tidy -diff
	in_module "$1" go build ./...
	in_module "$1" go vet ./...
	if [ "${UPSTREAM_TESTS:-all}" = short ]; then
		go_test "$1" -run "$short"
	else
		go_test "$1" -race -count=1
	fi
}

# What is tried in a hurry: examples, and the tests of the interface.
short='^(Example|TestStart|TestStop|TestTell|TestStream|TestGroup)'

[ -z "$(repo_git status --porcelain -- tail)" ] || echo "upstream: tail/ has changes that are not committed; HEAD:tail is what is checked"
repo_git archive HEAD:tail | tar -x -C "$folder"
cd "$folder"
rm -rf bench compat
rename_module
check_module .
check_module tests
step "make upstream-rehearsal: all passed"
