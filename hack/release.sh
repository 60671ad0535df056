#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Makes the archives, packages, SBOMs and checksums of a module's program in dist/MODULE:
#
#     hack/release.sh MODULE FLAGS...
#
# The flags are those of `goreleaser release`. The version is that of versions.txt. Without --snapshot the commit that is
# built must bear the tag of the module.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

module=$1
shift
version=$(awk -v module="$module" '$1 == module { print $2 }' versions.txt)
[ -n "$version" ] || { echo "release: versions.txt has no version of $module" >&2; exit 1; }
if [[ " $* " != *" --snapshot "* ]] && ! repo_git tag --points-at HEAD | grep -qxF "$module/$version"; then
	echo "release: HEAD is not tagged $module/$version" >&2
	exit 1
fi

config=$module/.goreleaser.yaml
[ -e "$config" ] || config=.goreleaser.yaml # that of rdd, which is what the repository is about

# The tag is not one that goreleaser would find by itself, nor need there be an earlier one.
export GORELEASER_CURRENT_TAG=$version GORELEASER_PREVIOUS_TAG=$version
export PATH=$PWD/bin/tools:$PATH
step "$module $version"
goreleaser release --config "$config" --clean --skip=validate "$@"
