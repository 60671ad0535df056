// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tests

import (
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"

	hpcloud "github.com/hpcloud/tail/util"
	nxadm "github.com/nxadm/tail/util"
)

// fatalMessage has this test's program call Fatal.
const fatalMessage = "COMPAT_TEST_FATAL"

func fatal(message string) {
	if message == "hpcloud" {
		hpcloud.Fatal("stopped by %s", message)
	}
	nxadm.Fatal("stopped by %s", message)
}

func TestFatalEndsTheProcess(t *testing.T) {
	for name := range modules {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), fatalMessage+"="+name)
		out, err := cmd.CombinedOutput()
		exit := (*exec.ExitError)(nil)
		if !errors.As(err, &exit) || exit.ExitCode() != 1 || !strings.Contains(string(out), "FATAL -- stopped by "+name) ||
			!strings.Contains(string(out), "goroutine 1 [running]") {
			t.Errorf("%s: %v:\n%s", name, err, out)
		}
	}
}

func TestPartitionString(t *testing.T) {
	for s, want := range map[string][]string{"abcdefg": {"abc", "def", "g"}, "": {""}, "abc": {"abc"}, "abcdef": {"abc", "def"}} {
		if got := nxadm.PartitionString(s, 3); !slices.Equal(got, want) {
			t.Errorf("%q comes as %q, want %q", s, got, want)
		}
	}
	defer func() {
		if recover() == nil {
			t.Error("pieces of no size are cut")
		}
	}()
	hpcloud.PartitionString("abc", 0)
}
