// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/cli"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

func TestMain(m *testing.M) { rddtest.Main(m) }

// TestScripts runs the scripts in testdata/script. They know two more commands:
// "rdd ARGS", which fails as rdd does, and "status N", which fails unless N was
// the exit status of the last rdd.
func TestScripts(t *testing.T) {
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			env.Setenv(rddtest.Variable, "1")
			env.Setenv("RDD", self)
			return nil
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){"rdd": runRDD, "status": checkStatus},
	})
}

func runRDD(ts *testscript.TestScript, neg bool, args []string) {
	err := ts.Exec(ts.Getenv("RDD"), args...)
	if failed := err != nil; failed != neg {
		ts.Fatalf("rdd %q: %v", args, err)
	}
	status := 0
	if exit := (*exec.ExitError)(nil); errors.As(err, &exit) {
		status = exit.ExitCode()
	}
	ts.Setenv("STATUS", strconv.Itoa(status))
}

func checkStatus(ts *testscript.TestScript, _ bool, args []string) {
	if got := ts.Getenv("STATUS"); got != args[0] {
		ts.Fatalf("exit status is %s, want %s", got, args[0])
	}
}

func ExampleRun() {
	fmt.Println("status", cli.Run([]string{"--version"}, "v0.1.0"))
	// Output:
	// rdd version v0.1.0 (with Lima v2.2.0)
	// status 0
}
