// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
)

func ExampleReason() {
	log := `{"level":"info","msg":"Starting QEMU"}
{"level":"fatal","msg":"QEMU not found"}
`
	fmt.Println(hostagent.Reason(strings.NewReader(log)))
	// Output: QEMU not found
}

func TestReason(t *testing.T) {
	for _, test := range []struct {
		name string
		log  []string
		want string
	}{
		{"empty", nil, ""},
		{"nothing but information", []string{`{"level":"debug","msg":"a"}`, `{"level":"info","msg":"b"}`}, ""},
		{"what it waits for", []string{"{\"level\":\"info\",\"msg\":\"Waiting for the essential requirement 1 of 3: `ssh`\"}"}, "Waiting for the essential requirement 1 of 3: `ssh`"},
		{"the last warning", []string{`{"level":"warning","msg":"a"}`, `{"level":"warning","msg":"b"}`}, "b"},
		{"with its error", []string{`{"level":"warning","msg":"failed to listen","error":"in use"}`}, "failed to listen: in use"},
		{"an error over a later warning", []string{`{"level":"error","msg":"a"}`, `{"level":"warning","msg":"b"}`}, "a"},
		{"the guest's end", []string{"{\"level\":\"info\",\"msg\":\"Driver stopped due to error: `exit status 1`\"}", `{"level":"warning","msg":"forcibly killing QEMU"}`}, "exit status 1"},
		{"fatal over the guest's end", []string{"{\"level\":\"info\",\"msg\":\"Driver stopped due to error: `a`\"}", `{"level":"fatal","msg":"signal: killed"}`}, "signal: killed"},
		{"a Go panic", []string{"panic: runtime error: invalid memory address", "", "goroutine 1 [running]:"}, "panic: runtime error: invalid memory address"},
		{"text that is no JSON", []string{`time="now" level=info msg="from a driver"`, "error: none"}, ""},
		{"JSON that is no object", []string{"1", `"fatal"`, "[]", "null"}, ""},
		{"an error that is no string", []string{`{"level":"fatal","msg":"a","error":{"code":1}}`}, `a: {"code":1}`},
		{"behind a line that is too long", []string{strings.Repeat("x", 3<<20), `{"level":"fatal","msg":"a"}`}, "a"},
		{"before one", []string{`{"level":"fatal","msg":"a"}`, strings.Repeat("x", 3<<20)}, "a"},
		{"with a carriage return", []string{"panic: a\r", ""}, "panic: a"},
		{"half a line", []string{`{"level":"warning","msg":"whole"}`, `{"level":"fatal","msg":"ha`}, "whole"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if got := hostagent.Reason(strings.NewReader(strings.Join(test.log, "\n"))); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

func TestReasonInNoFile(t *testing.T) {
	if got := hostagent.ReasonIn(t.TempDir() + "/no-such-log"); got != "" {
		t.Errorf("%q", got)
	}
}
