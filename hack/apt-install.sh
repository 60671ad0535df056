#!/usr/bin/env bash
# SPDX-FileCopyrightText: The rancher-desktop-daemon authors
# SPDX-License-Identifier: Apache-2.0

# Installs Debian packages, as root: hack/apt-install.sh PACKAGE...
#
# No service starts because of it: openssh-server is wanted for its programs, not for a port that listens.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
log=$(mktemp)
made_policy=

clean_up() {
	[ -z "$made_policy" ] || rm -f "$policy"
	rm -f "$log"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# forbid_services keeps Debian from starting what it installs, unless the machine has a rule of its own for that.
forbid_services() {
	if [ ! -e "$policy" ]; then
		made_policy=yes
		printf '#!/bin/sh\nexit 101\n' >"$policy"
		chmod 755 "$policy"
	fi
}

apt() {
	DEBIAN_FRONTEND=noninteractive apt-get -qq -y -o DPkg::Lock::Timeout=300 "$@" </dev/null >>"$log" 2>&1
}

install() { apt install --no-install-recommends "$@"; }

# leave_sshd_off spares the machine a listening sshd after its next boot too.
leave_sshd_off() {
	if command -v systemctl >/dev/null; then
		systemctl --quiet disable ssh.service ssh.socket >>"$log" 2>&1 || true
		echo "setup: openssh-server is installed and its service left off"
	fi
}

had_sshd=
[ ! -x /usr/sbin/sshd ] || had_sshd=yes

forbid_services
# Package lists that are missing or old make the first try fail.
install "$@" || { apt update && install "$@"; } || { cat "$log" >&2; exit 1; }

[ -n "$had_sshd" ] || [ ! -x /usr/sbin/sshd ] || leave_sshd_off
