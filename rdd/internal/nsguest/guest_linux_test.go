// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"errors"
	"fmt"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m, goleak.IgnoreCurrent()) }

func TestCauses(t *testing.T) {
	plain := errors.New("exit status 1")
	for _, test := range []struct {
		name    string
		err     error
		root    bool
		sysctls map[string]string
		want    []string
	}{
		{"no idea", plain, false, nil, nil},
		{"none allowed", syscall.ENOSPC, true, map[string]string{"user/max_user_namespaces": "0"}, []string{"user.max_user_namespaces is 0"}},
		{"none left", syscall.ENOSPC, true, map[string]string{"user/max_user_namespaces": "9"}, []string{"all that user.max_user_namespaces allows are in use"}},
		{"Debian's switch", syscall.EPERM, false, map[string]string{"kernel/unprivileged_userns_clone": "0"}, []string{"kernel.unprivileged_userns_clone is 0"}},
		{"Debian's switch does not bind root", plain, true, map[string]string{"kernel/unprivileged_userns_clone": "0"}, nil},
		{"Ubuntu's switch", plain, false, map[string]string{"kernel/apparmor_restrict_unprivileged_userns": "1"}, []string{"kernel.apparmor_restrict_unprivileged_userns is 1, as on Ubuntu since 23.10"}},
		{"container", errors.New("exit status 1: mount proc: operation not permitted"), false, nil, []string{"/proc is partly masked, as in an unprivileged container"}},
		{"old kernel", fmt.Errorf("clone: %w", syscall.EINVAL), true, nil, []string{"this kernel lacks user namespaces"}},
		{"seccomp", fmt.Errorf("clone: %w", syscall.EPERM), true, nil, []string{"a seccomp filter, a chroot or missing capabilities forbid it, as in a container"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := causes(test.err, test.root, func(name string) string { return test.sysctls[name] })
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestExplainKeepsTheError(t *testing.T) {
	if err := explain(syscall.EPERM); !errors.Is(err, syscall.EPERM) {
		t.Error(err)
	}
}

func TestParseMetadata(t *testing.T) {
	for _, test := range []struct {
		name, text string
		want       guest
	}{
		{"Lima's", "instance-id: iid-1795378500\nlocal-hostname: lima-demo\n", guest{"iid-1795378500", "lima-demo"}},
		{"quoted", "local-hostname: \"lima-demo\"\ninstance-id: \"iid-1\"", guest{"iid-1", "lima-demo"}},
		{"neither", "other: thing\n", guest{}},
		{"no pair", "nonsense", guest{}},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := parseMetadata(test.text); got != test.want {
				t.Errorf("%+v, want %+v", got, test.want)
			}
		})
	}
}

func TestWithLastWords(t *testing.T) {
	status := errors.New("exit status 1")
	for _, test := range []struct{ name, output, want string }{
		{"silent", "", "exit status 1"},
		{"blank", " \n\n", "exit status 1"},
		{"one line", "no config\n", "exit status 1: no config"},
		{"the last of several", "starting\r\nno config\r\n\n", "exit status 1: no config"},
		{"our own", "other\nrdd: nsguest: mount proc: not permitted\n", "exit status 1: mount proc: not permitted"},
	} {
		t.Run(test.name, func(t *testing.T) {
			err := withLastWords(status, test.output)
			if err.Error() != test.want || !errors.Is(err, status) {
				t.Errorf("%q, want %q", err, test.want)
			}
		})
	}
}

func TestFindSSHD(t *testing.T) {
	t.Setenv(SSHDVariable, "/bin/true")
	if path, err := findSSHD(); path != "/bin/true" || err != nil {
		t.Errorf("%q, %v", path, err)
	}
	t.Setenv(SSHDVariable, "/no/such/sshd")
	if path, err := findSSHD(); err == nil {
		t.Errorf("found %q", path)
	}
}

func TestInitArguments(t *testing.T) {
	for _, args := range [][]string{nil, {"one", "two"}} {
		if err := Init(args); err == nil {
			t.Errorf("Init(%q): no error", args)
		}
	}
}
