#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# All that `make test` checks, in the order in which it is likely to fail. COUNT sets how often each test runs.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

flags=(-race -timeout=30m "-count=${COUNT:-1}")

# few_cycles is TAIL_SOAK for the runs of the tests of tail with something missing; the others make 1,000 cycles.
few_cycles=${TAIL_SOAK:-200}

test_module() {
	step "$1: go vet, go test -race"
	in_module "$1" go vet ./...
	go_test "$1" "${flags[@]}"
	step "$1: go test -race with GOMAXPROCS=1"
	GOMAXPROCS=1 go_test "$1" "${flags[@]}"
}

# test_compat tests the replacements where they differ from system to system: in Windows they have a package more.
test_compat() {
	step "$1: go vet, also for windows, and go test -race"
	in_module "$1" go vet ./...
	GOOS=windows CGO_ENABLED=0 in_module "$1" go vet ./...
	go_test "$1" "${flags[@]}"
}

# silent_tests runs the tests of tail on a watch layer that never tells of anything.
silent_tests() {
	step "tail/tests on the safety tick alone"
	TAIL_TEST_EVENTLESS=silent TAIL_SOAK=$few_cycles go_test tail/tests "${flags[@]}"
}

# refused_tests runs them where the kernel gives no watch.
refused_tests() {
	if ! unshare -Ur true 2>/dev/null; then
		step "tail/tests without inotify: not run, as no user namespace is to be had here"
		return
	fi
	step "tail/tests where the kernel gives no inotify instance"
	# shellcheck disable=SC2016
	TAIL_TEST_EVENTLESS=refused TAIL_SOAK=$few_cycles in_module tail/tests unshare -Ur sh -c \
		'echo 0 >/proc/sys/user/max_inotify_instances && exec go test "$@" .' sh "${flags[@]}"
}

# with_old_fsnotify runs the tests of tail with the oldest fsnotify that its go.mod file allows; their own has the newest.
# Followers are parked after each step here.
with_old_fsnotify() {
	local version folder
	version=$(in_module tail go list -m -f '{{.Version}}' github.com/fsnotify/fsnotify)
	step "tail/tests with fsnotify $version, and parked after each step"
	folder=$(mktemp -d)
	cp tail/tests/go.mod "$folder"
	cat tail/tests/go.sum tail/go.sum >"$folder/go.sum"
	go mod edit -require="github.com/fsnotify/fsnotify@$version" "$folder/go.mod"
	TAIL_TEST_FSNOTIFY=$version TAIL_TEST_PARK=1 TAIL_SOAK=$few_cycles go_test tail/tests "${flags[@]}" -modfile="$folder/go.mod"
	rm -r "$folder"
}

# compile_tests type-checks and links everything for another system, tests included; -w saves half of the linking.
compile_tests() {
	local module
	step "GOOS=$1: go vet and compilation of the tests of ${portable[*]}"
	for module in "${portable[@]}"; do
		GOOS=$1 CGO_ENABLED=0 in_module "$module" go vet ./...
		GOOS=$1 CGO_ENABLED=0 go_test "$module" -c -ldflags=-w -o /dev/null
	done
}

build_rdd() {
	step "rdd for $1/$2, without cgo"
	GOOS=$1 GOARCH=$2 CGO_ENABLED=0 in_module rdd go vet ./...
	GOOS=$1 GOARCH=$2 CGO_ENABLED=0 in_module rdd go build -o /dev/null ./...
}

compile_elsewhere() {
	for system in windows darwin freebsd openbsd netbsd; do
		compile_tests "$system"
	done
	build_rdd windows amd64
	build_rdd darwin arm64
}

step "rules of the repository"
in_module tools go vet ./...
go_test tools -count=1

test_module tail
# The tests of tail wait for most of their time.
side_by_side "test_module tail/tests" "test_module rdd" "in_idle_time compile_elsewhere"
side_by_side silent_tests refused_tests with_old_fsnotify "test_module hostagentevents"

for module in "${compat[@]}"; do
	test_compat "$module"
done

step "tail/bench: go vet"
in_module tail/bench go vet ./...

step "all modules together, by go.work"
GOWORK='' go build ./tail/... ./hostagentevents/... ./rdd/...

step "make test: all passed"
