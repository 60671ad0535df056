# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Read by the other scripts with `source`: the modules, and how a step is announced and run.
# shellcheck shell=bash disable=SC2034

# The modules of the workspace, importers after what they import.
modules=(tail tail/tests hostagentevents rdd)

# Those that hold on every platform.
portable=(tail tail/tests hostagentevents)

# What stands in for nxadm/tail and hpcloud/tail. It is not of the workspace: tail/bench has the originals, by the same names.
compat=(tail/compat tail/compat/nxadm tail/compat/hpcloud tail/compat/tests)

# step LINE says what comes next.
step() { printf '\n== %s\n' "$*"; }

# in_module FOLDER COMMAND... runs a command on a module that stands alone, as its users have it.
in_module() {
	local folder=$1
	shift
	(cd "$folder" && GOWORK=off "$@")
}

# repo_git is git in this repository, whoever owns the checkout.
repo_git() { git -c safe.directory='*' "$@"; }

# go_test FOLDER ARGUMENTS... tests a module and leaves out the lines on packages without tests.
go_test() {
	local folder=$1
	shift
	in_module "$folder" go test "$@" ./... | { grep -v '\[no test files\]' || true; }
}

# side_by_side COMMAND... runs commands at the same time, each a string of words. What one printed is shown, in their
# order, when it has ended; if one fails, so does this. They are ended when the script is.
side_by_side() {
	local folder command status=0 i ids=()
	folder=$(mktemp -d)
	set -m # each in a process group, by which it can be ended
	for command in "$@"; do
		$command </dev/null >"$folder/${#ids[@]}" 2>&1 &
		ids+=($!)
	done
	set +m
	trap 'kill -- "${ids[@]/#/-}" 2>/dev/null; rm -rf "$folder"; exit 1' INT TERM HUP
	for i in "${!ids[@]}"; do
		wait "${ids[i]}" || status=$?
		cat "$folder/$i"
	done
	trap - INT TERM HUP
	rm -rf "$folder"
	return "$status"
}

# in_idle_time COMMAND... has a command that is run side by side with tests take no time from them.
in_idle_time() {
	renice -n 19 -p "${BASHPID:-$$}" >/dev/null
	"$@"
}
