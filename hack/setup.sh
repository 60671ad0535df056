#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Makes sure that what `make run`, `make test` and the like need from the system is there:
#
#     hack/setup.sh run|test|lint|bench|wine
#
# Missing packages are installed with apt-get where that is possible (as root, or with a sudo that asks nothing);
# elsewhere one line names them. When all is there nothing happens and nothing is printed.
set -euo pipefail
cd "$(dirname "$0")/.."

export PATH=$PATH:/usr/sbin:/sbin

missing=()

need() {
	local package=$1
	shift
	[[ " ${missing[*]-} " == *" $package "* ]] || "$@" >/dev/null 2>&1 || missing+=("$package")
}

has() { command -v "$1"; }

# has_headers wants more than a compiler: a C library to compile against, which is a package of its own.
has_headers() { echo '#include <stdlib.h>' | "$1" -x c -fsyntax-only -; }

has_wine64() { has wine64 || has wine64-stable || [ -x /usr/lib/wine/wine64 ] || [ -x /usr/lib/wine/wine64-stable ]; }

can_install() {
	has apt-get >/dev/null && { [ "$(id -u)" -eq 0 ] || sudo -n true 2>/dev/null; }
}

install_missing() {
	echo "setup: installing ${missing[*]}"
	if [ "$(id -u)" -eq 0 ]; then
		hack/apt-install.sh "${missing[@]}"
	else
		sudo -n hack/apt-install.sh "${missing[@]}"
	fi
}

check() {
	missing=()
	if [ "$1" = run ] || [ "$1" = test ]; then
		# The guest of the demo is a Linux namespace with an sshd; elsewhere a recording is played.
		if [ "$(uname -s)" = Linux ]; then
			need openssh-server has sshd
			need openssh-client has ssh
			need openssh-client has ssh-keygen
		fi
	fi
	if [ "$1" = test ]; then
		# The race detector needs cgo.
		local compiler
		compiler=$(go env CC)
		need gcc has "${compiler%% *}"
		need libc6-dev has_headers "${compiler%% *}"
		# A test of tail mounts a file system in user space; without it that test is skipped.
		if [ "$(uname -s)" = Linux ] && can_install; then
			need bindfs has bindfs
		fi
	fi
	if [ "$1" = lint ]; then
		need shellcheck has shellcheck
	fi
	if [ "$1" = wine ]; then
		# The names are those of Debian. Its wine is the way to its wine64, which has a path that no PATH knows.
		need wine has wine
		need wine64 has_wine64
		need gcc-mingw-w64-x86-64 has x86_64-w64-mingw32-gcc
	fi
	if [ "$1" = bench ] && [ "$(uname -s)" = Linux ]; then
		need strace has strace
	fi
}

command -v go >/dev/null || { echo "setup: missing: go (1.26 or newer, https://go.dev/dl)" >&2; exit 1; }

check "$1"
if [ ${#missing[@]} -gt 0 ] && can_install; then
	install_missing
	check "$1"
fi
[ ${#missing[@]} -eq 0 ] && exit 0

hint=
! has apt-get >/dev/null || hint="; install with: sudo apt-get install --no-install-recommends ${missing[*]}"
echo "setup: missing: ${missing[*]}$hint" >&2
# The linters do without shellcheck, the benchmarks without strace, and say so themselves.
[ "$1" = lint ] || [ "$1" = bench ]
