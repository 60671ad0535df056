#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Mends what the rules find by machine: go.mod files that are not tidy, source that is not as gofumpt has it.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

for module in "${modules[@]}" "${compat[@]}" tail/bench tools; do
	in_module "$module" go mod tidy
done
bin/tools/gofumpt -l -w .
