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
