// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo_test

import (
	"bytes"
	"fmt"
	"net"
	"strings"
	"testing"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/demo"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

// TestDriverStartFails: the driver finds its port taken. All that is shown is
// the end, and the reason comes from the hostagent's log.
func TestDriverStartFails(t *testing.T) {
	rddtest.NeedGuest(t)
	t.Setenv("TMPDIR", rddtest.Temp(t))
	taken, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer taken.Close()
	port := taken.Addr().(*net.TCPAddr).Port
	template := strings.Replace(string(nsguest.Template), "ssh: {", fmt.Sprintf("ssh: {localPort: %d, ", port), 1)

	var out bytes.Buffer
	err = demo.Run(t.Context(), demo.Options{Out: &out}.With([]byte(template)))
	want := fmt.Sprintf(`demo: the hostagent ended before the guest ran: hostagent: exit status 1: `+
		`hostagent: instance "demo": nsguest: listen tcp 127.0.0.1:%d: bind: address already in use`, port)
	if err == nil || err.Error() != want {
		t.Errorf("error:\n%v\nwant:\n%v", err, want)
	}
	// The reason is shown beside it where the hostagent's log tells it in time.
	if !strings.Contains(out.String(), "\n   0.000s  Exiting   Unknown -> Exiting, exiting") {
		t.Errorf("shown:\n%s", &out)
	}
}

// TestBadTemplate: nothing has started yet when this fails.
func TestBadTemplate(t *testing.T) {
	rddtest.NeedGuest(t)
	t.Setenv("TMPDIR", rddtest.Temp(t))
	template := strings.Replace(string(nsguest.Template), "name: lima", "name: root", 1)
	err := demo.Run(t.Context(), demo.Options{Out: new(bytes.Buffer)}.With([]byte(template)))
	if err == nil || !strings.Contains(err.Error(), "create an instance: field User must not be `root`") {
		t.Errorf("error: %v", err)
	}
}
