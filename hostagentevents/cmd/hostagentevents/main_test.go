// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

func TestMain(m *testing.M) {
	if dir, ok := os.LookupEnv(stuckVariable); ok {
		c := command{stdout: stuck{}, stderr: os.Stderr, rescan: time.Second}
		os.Exit(c.main([]string{dir + "/"}))
	}
	goleak.VerifyTestMain(m)
}

// stuckVariable makes this program the command, with a standard output that is
// stuck. It names the folder of an instance.
const stuckVariable = "HOSTAGENTEVENTS_TEST_STUCK"

type stuck struct{}

func (stuck) Write([]byte) (int, error) {
	_, _ = os.Stderr.WriteString("stuck")
	select {}
}

// patience is used up only by a test that fails.
const patience = 30 * time.Second

// folder is a temporary folder of this test's own. t.TempDir is not used
// because its clean-up fails the test under Wine.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "hostagentevents")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// session is one run of the command on a Lima home of its own. Whenever a text
// of on appears on standard output or error, once, its function is called.
type session struct {
	t           *testing.T
	home        string
	out, err    bytes.Buffer
	on          map[string]func()
	interrupt   context.CancelFunc
	interrupted context.Context
	terminal    bool
}

func newSession(t *testing.T) *session {
	t.Helper()
	s := &session{t: t, home: folder(t), on: map[string]func(){}}
	t.Setenv("LIMA_HOME", s.home)
	ctx, stop := context.WithTimeout(t.Context(), patience)
	t.Cleanup(stop)
	s.interrupted, s.interrupt = context.WithCancel(ctx)
	return s
}

// instance makes an instance's folder.
func (s *session) instance(name string) *hostagenteventstest.Hostagent {
	s.t.Helper()
	dir := filepath.Join(s.home, name)
	if err := os.Mkdir(dir, 0o700); err != nil {
		s.t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, "lima.yaml"), nil, 0o600); err != nil {
		s.t.Fatal(err)
	}
	agent := hostagenteventstest.New(dir)
	now := time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC)
	agent.Now = func() time.Time {
		now = now.Add(time.Nanosecond) // no two runs write the same
		return now
	}
	s.t.Cleanup(agent.Close)
	return agent
}

// run runs the command until it is interrupted or ends by itself.
func (s *session) run(args ...string) int {
	s.t.Helper()
	defer s.interrupt()
	c := command{
		stdout: observed{&s.out, s}, stderr: observed{&s.err, s},
		terminal: s.terminal, rescan: 5 * time.Millisecond,
	}
	code := c.run(s.interrupted, args)
	if errors.Is(s.interrupted.Err(), context.DeadlineExceeded) {
		s.t.Errorf("still waiting; standard output:\n%s\nstandard error:\n%s", &s.out, &s.err)
	}
	return code
}

// observed calls the functions that wait for what is written.
type observed struct {
	to *bytes.Buffer
	s  *session
}

func (o observed) Write(p []byte) (int, error) {
	o.to.Write(p)
	for text, do := range o.s.on {
		if strings.Contains(string(p), text) {
			delete(o.s.on, text)
			do()
		}
	}
	return len(p), nil
}

func (s *session) check(code, wantCode int, wantOut, wantErr string) {
	s.t.Helper()
	if code != wantCode {
		s.t.Errorf("exit code %d, want %d", code, wantCode)
	}
	if diff := cmp.Diff(wantOut, s.out.String()); diff != "" {
		s.t.Errorf("standard output: -want +got\n%s", diff)
	}
	if diff := cmp.Diff(wantErr, s.err.String()); diff != "" {
		s.t.Errorf("standard error: -want +got\n%s", diff)
	}
	for text := range s.on {
		s.t.Errorf("%q was never written", text)
	}
}

// TestRestart: an instance that runs is restarted and then ends.
func TestRestart(t *testing.T) {
	s := newSession(t)
	agent := s.instance("default")
	agent.Boot()
	s.on["Starting -> Running"] = func() { agent.Exit("") }
	s.on["  exiting\n"] = func() {
		s.on["Starting -> Running"] = func() { agent.Exit("killed by a test") }
		agent.Boot()
	}
	s.on["killed by a test"] = s.interrupt
	s.check(s.run("default"), exitOK, `2026-01-02 03:04:05  default  run 1
2026-01-02 03:04:05  default  Unknown -> Starting
2026-01-02 03:04:05  default  ssh at port 60022
2026-01-02 03:04:05  default  Starting -> Running
2026-01-02 03:04:05  default  Running -> Exiting
2026-01-02 03:04:05  default  exiting
2026-01-02 03:04:05  default  run 2
2026-01-02 03:04:05  default  Unknown -> Starting
2026-01-02 03:04:05  default  ssh at port 60022
2026-01-02 03:04:05  default  cloud-init active
2026-01-02 03:04:05  default  cloud-init active: Cloud-init v. 24 running 'init'
2026-01-02 03:04:05  default  cloud-init completed: Cloud-init v. 24 finished
2026-01-02 03:04:05  default  Starting -> Running
2026-01-02 03:04:05  default  Running -> Exiting
2026-01-02 03:04:05  default  exiting: killed by a test
`, "")
}

// TestLaterInstances: all are followed, those that come later too, and nothing
// that is no instance.
func TestLaterInstances(t *testing.T) {
	s := newSession(t)
	s.instance("_config")
	s.instance(".hidden")
	if err := os.Mkdir(filepath.Join(s.home, "no-instance"), 0o700); err != nil {
		t.Fatal(err)
	}
	var first *hostagenteventstest.Hostagent
	s.on["no instance in"] = func() {
		first = s.instance("first")
		first.Start()
		first.Running()
	}
	s.on["first  Unknown -> Running"] = func() {
		second := s.instance("second")
		second.Start()
		second.Degraded("no agent")
	}
	s.on["second  errors: no agent"] = s.interrupt
	s.check(s.run(), exitOK, `2026-01-02 03:04:05  first  run 1
2026-01-02 03:04:05  first  Unknown -> Running
2026-01-02 03:04:05  first  ssh at port 60022
2026-01-02 03:04:05  second  run 1
2026-01-02 03:04:05  second  Unknown -> Degraded
2026-01-02 03:04:05  second  ssh at port 60022
2026-01-02 03:04:05  second  errors: no agent
`, "hostagentevents: no instance in "+s.home+" yet\n")
}

// TestDeletedAndCreatedAnew: a named instance is waited for, and again after its
// deletion.
func TestDeletedAndCreatedAnew(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a folder whose files are open cannot be removed")
	}
	s := newSession(t)
	begin := func() {
		agent := s.instance("vm")
		agent.Start()
		agent.Running()
		agent.Close()
	}
	s.on["vm is not there yet"] = begin
	s.on["ssh at port"] = func() {
		if err := os.RemoveAll(filepath.Join(s.home, "vm")); err != nil {
			t.Error(err)
		}
	}
	s.on["vm is gone"] = func() {
		begin()
		s.on["ssh at port"] = s.interrupt
	}
	dir := filepath.Join(s.home, "vm")
	once := "2026-01-02 03:04:05  vm  run 1\n2026-01-02 03:04:05  vm  Unknown -> Running\n2026-01-02 03:04:05  vm  ssh at port 60022\n"
	s.check(s.run("vm"), exitOK, once+once,
		"hostagentevents: "+dir+" is not there yet\nhostagentevents: "+dir+" is gone\n")
}

func TestJSON(t *testing.T) {
	s := newSession(t)
	agent := s.instance("vm")
	agent.Now = func() time.Time { return time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC) }
	agent.Start()
	agent.SSHPort(22)
	s.on[`"sshPort"`] = func() { agent.CloudInit("line"); agent.Exit("bad\x1bluck") }
	s.on["luck"] = s.interrupt
	const start = `{"instance":"vm","time":"2026-01-02T03:04:05Z","run":1,`
	s.check(s.run("-o", "json", agent.Dir), exitOK, start+`"replayed":true,"kind":"run","change":{"run":1}}
`+start+`"replayed":true,"kind":"phase","change":{"from":"Unknown","to":"Starting"}}
`+start+`"replayed":true,"kind":"sshPort","change":{"port":22}}
`+start+`"kind":"cloudInit","change":{"logLine":"line","active":true}}
`+start+`"kind":"phase","change":{"from":"Starting","to":"Exiting"}}
`+start+`"kind":"exited","change":{"reason":"bad\u001bluck"}}
`, "")
}

func TestVerbose(t *testing.T) {
	s := newSession(t)
	agent := s.instance("vm")
	agent.Start()
	agent.Log("warning", "mind the gap")
	s.on["mind the gap"] = s.interrupt
	if code := s.run("-v", "vm"); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	for _, part := range []string{`msg="mind the gap"`, "instance=vm", "hostagentLevel=warning"} {
		if !strings.Contains(s.err.String(), part) {
			t.Errorf("no %s in %s", part, &s.err)
		}
	}
}

// TestHindrance: what is waited for is there, and cannot be looked into.
func TestHindrance(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a folder is not there where a file is")
	}
	for name, args := range map[string][]string{"Lima's home": nil, "an instance": {"./file"}} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			t.Chdir(s.home)
			file := filepath.Join(s.home, "file")
			if err := os.WriteFile(file, nil, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv("LIMA_HOME", file)
			s.on[" yet ("] = s.interrupt
			if code := s.run(args...); code != exitOK || !strings.Contains(s.err.String(), file) {
				t.Errorf("exit code %d: %s", code, &s.err)
			}
		})
	}
}

// TestNotices: what is said aloud shows without -v, too, and no more.
func TestNotices(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Skip("windows: a file that is held and was deleted goes on under its name")
	}
	s := newSession(t)
	agent := s.instance("vm")
	agent.Start()
	agent.Log("warning", "not to be shown")
	agent.Running()
	s.on["ssh at port"] = func() {
		if err := errors.Join(os.Remove(agent.Stdout), os.Mkdir(agent.Stdout, 0o700)); err != nil {
			t.Error(err)
		}
	}
	s.on["is a directory"] = s.interrupt
	if code := s.run("vm"); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	got := s.err.String()
	if !strings.HasPrefix(got, "hostagentevents: ") || !strings.Contains(got, agent.Stdout) || strings.Count(got, "\n") != 1 {
		t.Errorf("standard error: %s", got)
	}
}

func TestBadLines(t *testing.T) {
	s := newSession(t)
	agent := s.instance("vm")
	agent.Start()
	agent.Line("null")
	agent.Running()
	s.on["ssh at port"] = s.interrupt
	if code := s.run("vm"); code != exitOK {
		t.Errorf("exit code %d", code)
	}
	if want := "hostagentevents: vm: hostagentevents: a bad line in " + agent.Stdout + " at offset 0"; !strings.HasPrefix(s.err.String(), want) {
		t.Errorf("%s, want %s", &s.err, want)
	}
}

// TestCannotBeFollowed: the program ends where nothing is left to be followed,
// however often it was named.
func TestCannotBeFollowed(t *testing.T) {
	for name, args := range map[string][]string{"once": {"vm"}, "twice": {"vm", "./vm/../vm/", "vm"}} {
		t.Run(name, func(t *testing.T) {
			s := newSession(t)
			t.Chdir(s.home)
			agent := s.instance("vm")
			if err := os.Mkdir(agent.Stdout, 0o700); err != nil {
				t.Fatal(err)
			}
			if code := s.run(args...); code != exitFailed {
				t.Errorf("exit code %d", code)
			}
			if got := s.err.String(); !strings.Contains(got, "vm: hostagentevents: cannot follow the stdout log") ||
				!strings.HasSuffix(got, "\nhostagentevents: 1 of the instances could not be followed\n") {
				t.Errorf("standard error: %s", got)
			}
		})
	}
}

func TestStandardOutputFails(t *testing.T) {
	s := newSession(t)
	agent := s.instance("vm")
	agent.Boot()
	c := command{stdout: brokenPipe{}, stderr: &s.err, rescan: time.Hour}
	if code := c.run(s.interrupted, []string{"vm"}); code != exitFailed || s.err.String() != "hostagentevents: broken\n" {
		t.Errorf("exit code %d: %s", code, &s.err)
	}
}

type brokenPipe struct{}

func (brokenPipe) Write([]byte) (int, error) { return 0, errors.New("broken") }

func TestUsage(t *testing.T) {
	for _, test := range []struct {
		args []string
		code int
		err  string // how standard error begins
	}{
		{[]string{"-h"}, exitOK, "usage: hostagentevents"},
		{[]string{"-x"}, exitUsage, "flag provided but not defined: -x"},
		{[]string{"vm", ""}, exitUsage, "hostagentevents: an instance has no name"},
		{[]string{"-o", "yaml"}, exitUsage, "hostagentevents: -o yaml: it must be text or json"},
	} {
		s := newSession(t)
		if code := s.run(test.args...); code != test.code {
			t.Errorf("%v: exit code %d", test.args, code)
		}
		if !strings.HasPrefix(s.err.String(), test.err) || s.out.Len() > 0 {
			t.Errorf("%v: %s", test.args, &s.err)
		}
	}
}

func TestHome(t *testing.T) {
	t.Setenv("LIMA_HOME", "")
	t.Setenv("HOME", folder(t))
	t.Setenv("USERPROFILE", os.Getenv("HOME"))
	got, err := limaHome()
	if want := filepath.Join(os.Getenv("HOME"), ".lima"); got != want || err != nil {
		t.Errorf("%s, %v, want %s", got, err, want)
	}
}
