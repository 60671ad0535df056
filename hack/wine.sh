#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Runs the tests of tail and hostagentevents as Windows programs, under Wine:
#
#     hack/wine.sh           all of them, and nxadm/tail beside ours in the loop that hangs it
#     hack/wine.sh loops     only the loops of rotation, TAIL_SOAK cycles each
#
# WINE_FLAGS are further flags of go test. The race detector works too, and takes long:
#
#     CGO_ENABLED=1 CC=x86_64-w64-mingw32-gcc WINE_FLAGS=-race hack/wine.sh
#
# The Windows that they see is a folder, bin/wine, and is kept for the next time. No display is needed, every program
# is ended when its time is over, and nothing of Wine is left running.
set -euo pipefail
cd "$(dirname "$0")/.."
# shellcheck source=hack/lib.sh
source hack/lib.sh

home=$PWD/bin/wine
export WINEPREFIX=$home/prefix WINEDEBUG=-all WINEARCH=win64
# Neither .NET, nor HTML, nor a menu of programs is wanted.
export WINEDLLOVERRIDES='mscoree,mshtml,winemenubuilder.exe='
unset DISPLAY WAYLAND_DISPLAY
export CGO_ENABLED=${CGO_ENABLED:-0}

# first prints the first of these programs that there is: Debian's packages and those of others differ.
first() {
	local name
	for name in "$@"; do
		! type -P "$name" || return 0
	done
	echo "wine: there is none of: $*" >&2
	return 1
}
wine=$(first wine64 wine64-stable /usr/lib/wine/wine64 wine)
server=$(first wineserver wineserver-stable /usr/lib/wine/wineserver64)

# limited SECONDS COMMAND... ends what takes longer.
limited() { timeout --kill-after=10 "$@"; }

# processes prints the ids of those of our Windows: programs of Wine that were started for its folder.
processes() {
	local id
	grep -lzsxF "WINEPREFIX=$WINEPREFIX" /proc/[0-9]*/environ | cut -d / -f 3 | while read -r id; do
		[[ $(readlink "/proc/$id/exe") != */wine* ]] || echo "$id"
	done
}

# stop ends all of them: by request, and those that do not listen, as a program may that is at work, by force.
stop() {
	limited 20 "$server" -k >/dev/null 2>&1 || true
	local left
	left=$(processes || true) # some belong to others
	# shellcheck disable=SC2086
	[ -z "$left" ] || kill -KILL $left 2>/dev/null || true
}

# install makes our Windows, unless it is there.
install() {
	[ ! -e "$home/ready" ] || return 0
	step "making a Windows in bin/wine"
	rm -rf "$home"
	mkdir -p "$home"
	limited 180 "$wine" wineboot -i </dev/null >"$home/log" 2>&1 || { cat "$home/log" >&2; return 1; }
	stop # what it has written is on disk then
	local library=$WINEPREFIX/drive_c/windows/system32/bcryptprimitives.dll
	if [ ! -e "$library" ]; then
		x86_64-w64-mingw32-gcc -Wall -O2 -s -shared -o "$library" hack/wine/bcryptprimitives.c -ladvapi32
	fi
	touch "$home/ready"
}

# keep_running has a program wait for as long as this script runs. Without one the services of Windows would start with a
# test and hold its output open beyond its end.
keep_running() {
	coproc "$wine" cmd /q >"$home/log" 2>&1
	limited 60 "$wine" wineboot </dev/null >>"$home/log" 2>&1
}

# sweep removes what earlier tests have left: removing does not always work there.
sweep() { rm -rf "$WINEPREFIX"/drive_c/users/*/{Temp,AppData/Local/Temp}/*; }

# run_tests MODULE ARGUMENTS... tests a module. The tests end themselves first, with their stacks.
run_tests() {
	local module=$1
	shift
	step "$module: go test for windows, under Wine"
	# shellcheck disable=SC2086
	GOOS=windows GOARCH=amd64 go_test "$module" -exec "timeout --kill-after=10 $((minutes + 1))m $wine" \
		"-timeout=${minutes}m" -count=1 ${WINE_FLAGS:-} "$@"
}

# compare has nxadm/tail follow two busy logs as we do, each in a process of its own. Only ours has to get through.
compare() {
	step "nxadm/tail beside ours: two busy logs rotated all the time"
	GOOS=windows GOARCH=amd64 in_module tail/bench go build -o "$home/losses.exe" ./losses
	limited 400 "$wine" "$home/losses.exe" -run 'two busy logs' -trials 200 </dev/null
}

trap stop EXIT
install
sweep
keep_running
case ${1:-all} in
all)
	minutes=8
	for module in "${portable[@]}" tail/compat/tests; do
		run_tests "$module"
	done
	compare
	;;
loops)
	minutes=30
	for module in tail/tests hostagentevents; do
		run_tests "$module" -run '^TestRotationLoop'
	done
	;;
*)
	echo "wine: there is no $1" >&2
	exit 2
	;;
esac
step "Windows, by Wine: all passed"
