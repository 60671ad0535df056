// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent_test

import (
	"context"
	"errors"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lima-vm/lima/v2/pkg/hostagent/api/client"
	"github.com/lima-vm/lima/v2/pkg/instance"
	"github.com/lima-vm/lima/v2/pkg/limatype"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/orphans"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

// newInstance makes an instance in a Lima home for this test alone. The test
// fails if a process is left, or anything in the folder above the home.
func newInstance(t *testing.T, template string) *limatype.Instance {
	t.Helper()
	rddtest.NeedGuest(t)
	home := filepath.Join(rddtest.Temp(t), "lima")
	if err := os.Mkdir(home, 0o700); err != nil {
		t.Fatal(err)
	}
	t.Setenv("LIMA_HOME", home)
	t.Cleanup(func() { _ = os.RemoveAll(home) })
	inst, err := instance.Create(t.Context(), "vm", []byte(template), false)
	if err != nil {
		t.Fatal(err)
	}
	return inst
}

// start starts a hostagent that the end of the test stops.
func start(t *testing.T, inst *limatype.Instance) *hostagent.Process {
	t.Helper()
	p, err := hostagent.Start(t.Context(), inst)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { stop(t, p) })
	return p
}

func stop(t *testing.T, p *hostagent.Process) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
	defer cancel()
	if err := errors.Join(p.Stop(ctx), orphans.Wait(ctx)); err != nil {
		t.Error(err)
	}
}

// until follows the hostagent's events up to the first that is wanted.
func until(t *testing.T, p *hostagent.Process, wanted func(hostagentevents.Status) bool) (last hostagentevents.Status) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	err := hostagentevents.Watch(ctx, p.Stdout, p.Stderr, time.Time{}, func(e hostagentevents.Event) bool {
		last = e.Status
		return wanted(last) || last.Exiting
	})
	if err != nil || !wanted(last) {
		t.Fatalf("the last status is %+v (%v): %s", last, err, p.Reason())
	}
	return last
}

func isRunning(s hostagentevents.Status) bool { return s.Running }
func isExiting(s hostagentevents.Status) bool { return s.Exiting }

// TestHostagent: it leaves its pid and answers on its socket while it runs, and
// neither is there afterwards.
func TestHostagent(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	p := start(t, inst)
	port := until(t, p, isRunning).SSHLocalPort

	api, err := client.NewHostAgentClient(filepath.Join(inst.Dir, "ha.sock"))
	if err != nil {
		t.Fatal(err)
	}
	info, err := api.Info(t.Context())
	if err != nil || info.SSHLocalPort != port {
		t.Errorf("ha.sock says %+v (%v), the event said port %d", info, err, port)
	}
	stop(t, p)
	until(t, p, isExiting)
	if err := p.Err(); err != nil {
		t.Error(err)
	}
	for _, name := range []string{"ha.pid", "ha.sock", "nsguest.pid", "ssh.sock", "ga.sock"} {
		if _, err := os.Lstat(filepath.Join(inst.Dir, name)); !errors.Is(err, fs.ErrNotExist) {
			t.Errorf("%s is left (%v)", name, err)
		}
	}
}

// TestRestart: a second start has new logs, and the first one's are kept.
func TestRestart(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	first := start(t, inst)
	until(t, first, isRunning)
	stop(t, first)
	second := start(t, inst)
	until(t, second, isRunning)
	old, err := os.ReadFile(second.Stdout + ".1")
	if err != nil || !strings.Contains(string(old), `"exiting":true`) {
		t.Errorf("the first start's events are\n%s(%v)", old, err)
	}
}

// TestStopWhileStarting asks for the end before there is anything to end.
func TestStopWhileStarting(t *testing.T) {
	p := start(t, newInstance(t, string(nsguest.Template)))
	stop(t, p)
}

// TestKilledInTheEnd: a context that has ended leaves no time to stop.
func TestKilledInTheEnd(t *testing.T) {
	p, err := hostagent.Start(t.Context(), newInstance(t, string(nsguest.Template)))
	if err != nil {
		t.Fatal(err)
	}
	until(t, p, isRunning)
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := p.Stop(ctx); err == nil || !strings.Contains(err.Error(), "hostagent: did not stop in time and was killed") {
		t.Errorf("error: %v", err)
	}
	ctx, cancel = context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	if err := orphans.Wait(ctx); err != nil {
		t.Error(err)
	}
}

// TestOnlyOne: a second hostagent of the same instance leaves the first alone,
// whether it is asked for here or on the command line.
func TestOnlyOne(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	first := start(t, inst)
	port := until(t, first, isRunning).SSHLocalPort
	const want = "another hostagent runs already, process "
	if _, err := hostagent.Start(t.Context(), inst); err == nil || !strings.Contains(err.Error(), want) {
		t.Errorf("error: %v", err)
	}
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	out, err := exec.Command(self, hostagent.Command, inst.Name).CombinedOutput()
	if err == nil || !strings.Contains(string(out), want) {
		t.Errorf("%v: %s", err, out)
	}
	until(t, first, isRunning)
	conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		t.Fatal(err)
	}
	conn.Close()
}

// TestPlain: an instance without guest agent.
func TestPlain(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template)+"plain: true\n")
	p := start(t, inst)
	if s := until(t, p, isRunning); s.Degraded {
		t.Errorf("degraded: %q", s.Errors)
	}
}

// TestProvision: the guest's boot runs the scripts of the template and reports
// what they print.
func TestProvision(t *testing.T) {
	template := string(nsguest.Template) + "provision: [{mode: system, script: 'echo from the script'}]\n"
	p := start(t, newInstance(t, template))
	until(t, p, func(s hostagentevents.Status) bool {
		return s.CloudInitProgress != nil && s.CloudInitProgress.LogLine == "from the script"
	})
}

// TestProvisionWritesNothingHere: a script that is root in the guest cannot make
// this machine's files writable.
func TestProvisionWritesNothingHere(t *testing.T) {
	dir, err := os.MkdirTemp("/var/tmp", "rdd") // where the guest has nothing of its own
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(dir)
	script := "mount -o remount,bind,rw /; touch " + dir + "/escaped; touch /run/own && echo the end"
	template := string(nsguest.Template) + "provision: [{mode: system, script: '" + script + "'}]\n"
	p := start(t, newInstance(t, template))
	until(t, p, func(s hostagentevents.Status) bool {
		return s.CloudInitProgress != nil && s.CloudInitProgress.LogLine == "the end"
	})
	if left, err := os.ReadDir(dir); err != nil || len(left) > 0 {
		t.Errorf("the guest has written %v (%v)", left, err)
	}
}

func TestUnusableInstance(t *testing.T) {
	reason := errors.New("its YAML is broken")
	_, err := hostagent.Start(t.Context(), &limatype.Instance{Name: "vm", Errors: []error{reason}})
	if !errors.Is(err, reason) || !strings.HasPrefix(err.Error(), `hostagent: instance "vm" cannot be used: `) {
		t.Errorf("error: %v", err)
	}
}

// TestNotStarted: the caller changes its mind during the preparations.
func TestNotStarted(t *testing.T) {
	inst := newInstance(t, string(nsguest.Template))
	why := errors.New("changed its mind")
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(why)
	if _, err := hostagent.Start(ctx, inst); !errors.Is(err, why) {
		t.Errorf("error: %v", err)
	}
}
