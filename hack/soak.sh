#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Repeats the tests of tail in ever new orders, by turns on one and on all processors, for as long as SOAK says (90s,
# 2m, 8h); a pass that has begun is finished. Then they run once more where the kernel gives no watch. TAIL_SOAK sets
# the cycles that the long tests among them make per pass (10000), TAIL_MODEL how long random sequences are tried in
# each (1m).
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

# seconds prints a duration of one unit in seconds.
seconds() {
	case $1 in
	*[0-9]s) echo "${1%s}" ;;
	*[0-9]m) echo "$((${1%m} * 60))" ;;
	*[0-9]h) echo "$((${1%h} * 3600))" ;;
	*) echo "soak: SOAK is $1: it must be a number and s, m or h" >&2; return 1 ;;
	esac
}

soak=${SOAK:-2m}
limit=$(seconds "$soak")
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

step "building the tests of tail with the race detector"
in_module tail/tests go test -race -c -o "$folder/tests" .

export TAIL_MODEL=${TAIL_MODEL:-1m} TAIL_SOAK=${TAIL_SOAK:-10000}
step "soak for $soak"
passes=0
while [ "$passes" -eq 0 ] || [ "$SECONDS" -lt "$limit" ]; do
	processors=
	[ $((passes % 2)) -eq 0 ] || processors=1
	(cd tail/tests && env ${processors:+GOMAXPROCS=$processors} "$folder/tests" -test.shuffle=on -test.timeout=90m)
	passes=$((passes + 1))
done
# Here an instance is to be had, and no watch; hack/test.sh runs the tests where there is no instance.
if unshare -Ur true 2>/dev/null; then
	step "tail/tests where the kernel gives no inotify watch"
	# shellcheck disable=SC2016
	(cd tail/tests && TAIL_TEST_EVENTLESS=refused TAIL_MODEL=0 TAIL_SOAK=1000 unshare -Ur sh -c \
		'echo 0 >/proc/sys/user/max_inotify_watches && exec "$@"' sh "$folder/tests" -test.timeout=90m)
else
	step "tail/tests without inotify watches: not run, as no user namespace is to be had here"
fi
# An hour has room for the loops that have hung on Windows, two thousand cycles of each.
if [ "$limit" -ge 3600 ] && type -P wine >/dev/null; then
	TAIL_SOAK=2000 hack/wine.sh loops
fi
step "make soak: all passed, $passes times"
