#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Shows that tail stands by itself: its committed tree, in an empty folder, builds, passes its tests and its linters.
# SPINOUT_TREE names another tree than HEAD:tail.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

# That the module stands alone is what is shown here, not that it lasts.
export TAIL_SOAK=${TAIL_SOAK:-100}

tree=${SPINOUT_TREE:-HEAD:tail}
tools=$PWD/bin/tools
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

check_module() {
	step "spin-out: $1: build, vet, test -race, lint"
	in_module "$1" go build ./...
	in_module "$1" go vet ./...
	go_test "$1" -race -count=1
	in_module "$1" "$tools/golangci-lint" run --allow-parallel-runners
}

build_module() {
	step "spin-out: $1: build"
	in_module "$1" go build -o /dev/null ./...
}

[ -z "$(repo_git status --porcelain -- tail)" ] || echo "spin-out: tail/ has changes that are not committed; $tree is what is checked"
repo_git archive "$tree" | tar -x -C "$folder"
cd "$folder"

check_module .
for gomod in */go.mod */*/go.mod */*/*/go.mod; do
	case $gomod in
	*\**) ;; # a pattern without a match
	tests/go.mod) check_module tests ;;
	*) build_module "$(dirname "$gomod")" ;;
	esac
done

step "make spinout: all passed"
