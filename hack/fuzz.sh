#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Fuzzes every target of the modules, one after another, each for as long as FUZZ says (20s, 5m). What makes one fail
# is kept under testdata/fuzz beside it, where `go test` tries it again from then on.
set -euo pipefail
shopt -s inherit_errexit
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

# targets FOLDER prints a line for each target: its package and its name.
targets() {
	local packages package list name
	packages=$(in_module "$1" go list -f '{{if or .TestGoFiles .XTestGoFiles}}{{.ImportPath}}{{end}}' ./...)
	for package in $packages; do
		list=$(in_module "$1" go test -list '^Fuzz' "$package")
		for name in $list; do
			[[ $name != Fuzz* ]] || echo "$package $name"
		done
	done
}

fuzz=${FUZZ:-20s}
count=0
for module in "${modules[@]}"; do
	found=$(targets "$module")
	while read -r package name; do
		[ -n "$package" ] || continue
		step "$name of $package for $fuzz"
		in_module "$module" go test -run '^$' -fuzz "^$name\$" -fuzztime "$fuzz" "$package" </dev/null
		count=$((count + 1))
	done <<<"$found"
done
step "make fuzz: all passed, $count targets"
