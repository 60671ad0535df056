#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# All that `make lint` checks. The linters themselves are in bin/tools, which `make lint` builds first.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

tools=$PWD/bin/tools
failed=()

# lint_module FOLDER ARGUMENTS... Everything is looked at, whatever fails, so that one run tells all.
lint_module() {
	local folder=$1 what="golangci-lint: $1${GOOS:+, GOOS=$GOOS}"
	shift
	step "$what"
	in_module "$folder" "$tools/golangci-lint" run --allow-parallel-runners "$@" || failed+=("$what")
}

check_format() {
	local unformatted
	step "gofumpt"
	unformatted=$("$tools/gofumpt" -l .)
	[ -z "$unformatted" ] || { printf 'not formatted:\n%s\n' "$unformatted"; return 1; }
}

check_workflows() {
	step "actionlint"
	"$tools/actionlint"
}

# lint_shell names the files that git knows or would add; the scripts in testdata are testscript's.
check_scripts() {
	local scripts
	mapfile -t scripts < <(repo_git ls-files --cached --others --exclude-standard '*.sh' .ci/run)
	if command -v shellcheck >/dev/null; then
		step "shellcheck: ${#scripts[@]} scripts"
		shellcheck "${scripts[@]}"
	else
		step "shellcheck is not installed: the shell scripts are not checked"
	fi
}

for module in "${modules[@]}" "${compat[@]}" tail/bench tools; do
	lint_module "$module"
done
for module in "${portable[@]}" tail/compat; do
	GOOS=windows lint_module "$module" --tests=false
done
check_format || failed+=(gofumpt)
check_workflows || failed+=(actionlint)
check_scripts || failed+=(shellcheck)

if [ ${#failed[@]} -gt 0 ]; then
	step "make lint: failed:"
	printf '%s\n' "${failed[@]}"
	exit 1
fi
step "make lint: all passed"
