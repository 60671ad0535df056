// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package cli_test

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"net"
	"os"
	"os/exec"
	"os/signal"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/sys/unix"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/rddtest"
)

// demoRun is a running "rdd demo".
type demoRun struct {
	*exec.Cmd
	stdout io.ReadCloser
	lines  *bufio.Scanner
	stderr bytes.Buffer
}

func startDemo(t *testing.T, cmd *exec.Cmd, dir string) *demoRun {
	t.Helper()
	r := &demoRun{Cmd: cmd}
	r.Env = append(cmd.Environ(), "TMPDIR="+dir)
	r.Stderr = &r.stderr
	var err error
	if r.stdout, err = r.StdoutPipe(); err != nil {
		t.Fatal(err)
	}
	r.lines = bufio.NewScanner(r.stdout)
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	return r
}

// demoCommand is "rdd demo ARGS", by this test's own binary.
func demoCommand(t *testing.T, args ...string) *exec.Cmd {
	t.Helper()
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	return exec.Command(self, append([]string{"demo"}, args...)...)
}

// until reads lines up to the first that contains what. Empty for what reads
// them all.
func (r *demoRun) until(t *testing.T, what string) (lines []string) {
	t.Helper()
	for r.lines.Scan() {
		lines = append(lines, r.lines.Text())
		if what != "" && strings.Contains(r.lines.Text(), what) {
			return lines
		}
	}
	if what != "" {
		t.Errorf("no %q in\n%s\nstderr: %s", what, strings.Join(lines, "\n"), &r.stderr)
	}
	return lines
}

// end waits for the demo and returns its exit status, as a shell would.
func (r *demoRun) end() int {
	_ = r.Wait()
	status := r.ProcessState.Sys().(syscall.WaitStatus)
	if status.Signaled() {
		return 128 + int(status.Signal())
	}
	return status.ExitStatus()
}

// shown is what a demo must have shown, in this order. What the guest logs beside that may come too late: Lima asks for
// it by a session of its own, and the demo ends when it has its answer.
var shown = []*regexp.Regexp{
	regexp.MustCompile(`^starting a Lima hostagent on a namespace guest, with /tmp/rdd\d+/rdd-demo-\d+ as Lima's home$`),
	regexp.MustCompile(`^ +0\.000s  Starting  Unknown -> Starting, ssh at port \d+$`),
	regexp.MustCompile(`^ +\d+\.\d{3}s  Starting  cloud-init active$`),
	regexp.MustCompile(`^ +\d+\.\d{3}s  Running   Starting -> Running$`),
	regexp.MustCompile(`^guest answered: [A-Z2-7]{26}$`),
	regexp.MustCompile(`^ +\d+\.\d{3}s  Exiting   Running -> Exiting, exiting$`),
	regexp.MustCompile(`^the guest has stopped, and nothing is left of it$`),
}

func checkShown(t *testing.T, lines []string) {
	t.Helper()
	rest := lines
	for _, want := range shown {
		i := slices.IndexFunc(rest, want.MatchString)
		if i < 0 {
			t.Fatalf("no %s, or not in its place, in\n%s", want, strings.Join(lines, "\n"))
		}
		rest = rest[i+1:]
	}
}

func TestDemo(t *testing.T) {
	rddtest.NeedGuest(t)
	demo := startDemo(t, demoCommand(t), rddtest.Temp(t))
	lines := demo.until(t, "ssh at port")
	port := regexp.MustCompile(`\d+$`).FindString(lines[len(lines)-1])
	lines = append(lines, demo.until(t, "")...)
	if status := demo.end(); status != 0 {
		t.Errorf("exit status %d: %s", status, &demo.stderr)
	}
	checkShown(t, lines)
	if demo.stderr.Len() > 0 {
		t.Errorf("on stderr: %s", &demo.stderr)
	}
	if conn, err := net.Dial("tcp", net.JoinHostPort("127.0.0.1", port)); !errors.Is(err, syscall.ECONNREFUSED) {
		t.Errorf("port %s is still open: %v, %v", port, conn, err)
	}
}

// TestDemoAsOrdinaryUser is for root; an ordinary user's TestDemo shows the same.
func TestDemoAsOrdinaryUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("on Linux, only root can become another user, and this is an ordinary one")
	}
	rddtest.NeedGuest(t)
	const nobody = 65534
	dir := rddtest.Temp(t)
	if err := os.Chown(dir, nobody, nobody); err != nil {
		t.Fatal(err)
	}
	demo := startDemo(t, as(t, nobody, demoCommand(t)), dir)
	lines := demo.until(t, "")
	if status := demo.end(); status != 0 {
		t.Errorf("exit status %d: %s", status, &demo.stderr)
	}
	checkShown(t, lines)
}

// as runs cmd as another user, from a copy that this user may read and with a
// folder for temporary files that this user may write.
func as(t *testing.T, uid int, cmd *exec.Cmd) *exec.Cmd {
	t.Helper()
	dir, err := os.MkdirTemp("/tmp", "rdd-as")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	binary, err := os.ReadFile(cmd.Path)
	if err != nil {
		t.Fatal(err)
	}
	cmd.Path = filepath.Join(dir, "rdd")
	if err := errors.Join(os.Chmod(dir, 0o755), os.WriteFile(cmd.Path, binary, 0o755)); err != nil {
		t.Fatal(err)
	}
	cmd.Dir = "/"
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	return cmd
}

// TestDemoCutShort ends a demo at each of its stages. Where the demo has seen
// all that it wanted to see, it may well end as if nothing had happened.
func TestDemoCutShort(t *testing.T) {
	rddtest.NeedGuest(t)
	hangups := make(chan os.Signal, 1) // what is handled here is not ignored there, even if the tests run under nohup
	signal.Notify(hangups, syscall.SIGHUP)
	defer signal.Stop(hangups)
	for _, test := range []struct {
		name   string
		after  string // what is shown when the signal comes; empty: nothing yet
		signal syscall.Signal
		late   bool // the signal may come too late to make a difference
	}{
		{name: "at once", signal: syscall.SIGINT},
		{name: "at its start", after: "starting a Lima", signal: syscall.SIGINT},
		{name: "at the first event", after: "ssh at port", signal: syscall.SIGINT},
		{name: "while it boots", after: "cloud-init", signal: syscall.SIGINT},
		{name: "when it runs", after: "Running", signal: syscall.SIGINT, late: true},
		{name: "after the answer", after: "guest answered", signal: syscall.SIGINT, late: true},
		{name: "at its end", after: "Exiting", signal: syscall.SIGINT, late: true},
		{name: "by SIGTERM", after: "ssh at port", signal: syscall.SIGTERM},
		{name: "by SIGHUP", after: "cloud-init", signal: syscall.SIGHUP},
	} {
		t.Run(test.name, func(t *testing.T) {
			cmd := demoCommand(t)
			cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
			demo := startDemo(t, cmd, rddtest.Temp(t))
			if test.after != "" {
				demo.until(t, test.after)
			}
			// A terminal signals all that is in the foreground.
			if err := syscall.Kill(-demo.Process.Pid, test.signal); err != nil {
				t.Fatal(err)
			}
			demo.until(t, "")
			status := demo.end()
			if status != 128+int(test.signal) && (status != 0 || !test.late) {
				t.Errorf("exit status %d: %s", status, &demo.stderr)
			}
		})
	}
}

// TestDemoNohup: a hangup that is ignored stays ignored.
func TestDemoNohup(t *testing.T) {
	cmd := demoCommand(t, "--recording")
	cmd.Path, cmd.Args = "/bin/sh", append([]string{"sh", "-c", `trap "" HUP && exec "$0" "$@"`}, cmd.Args...)
	demo := startDemo(t, cmd, rddtest.Temp(t))
	demo.until(t, "ssh at port")
	if err := demo.Process.Signal(syscall.SIGHUP); err != nil {
		t.Fatal(err)
	}
	demo.until(t, "")
	if status := demo.end(); status != 0 {
		t.Errorf("exit status %d: %s", status, &demo.stderr)
	}
}

// TestDemoRelativeTemp: TMPDIR may be relative.
func TestDemoRelativeTemp(t *testing.T) {
	rddtest.NeedGuest(t)
	cmd := demoCommand(t)
	cmd.Dir = rddtest.Temp(t)
	demo := startDemo(t, cmd, ".")
	checkShown(t, demo.until(t, ""))
	if status := demo.end(); status != 0 {
		t.Errorf("exit status %d: %s", status, &demo.stderr)
	}
}

// TestDemoReaderGone: "rdd demo | head -1".
func TestDemoReaderGone(t *testing.T) {
	rddtest.NeedGuest(t)
	demo := startDemo(t, demoCommand(t), rddtest.Temp(t))
	demo.until(t, "starting a Lima")
	demo.stdout.Close()
	if status, want := demo.end(), 128+int(syscall.SIGPIPE); status != want {
		t.Errorf("exit status %d, want %d: %s", status, want, &demo.stderr)
	}
}

// TestDemoStuck: nobody reads what it shows, and the first Ctrl-C cannot end it.
func TestDemoStuck(t *testing.T) {
	rddtest.NeedGuest(t)
	dir := rddtest.Temp(t)
	made := rddtest.Watch(t, dir)
	cmd := demoCommand(t)
	cmd.Env, cmd.Stdout = append(cmd.Environ(), "TMPDIR="+dir), fullPipe(t)
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	folder := <-made.Events // the first line comes next, before anything is started
	ended := make(chan struct{})
	go func() { // until the process ends
		defer close(ended)
		_ = cmd.Wait()
	}()
	again, late := time.NewTicker(10*time.Millisecond), time.After(30*time.Second)
	defer again.Stop()
	for running := true; running; {
		select {
		case <-again.C:
			_ = cmd.Process.Signal(os.Interrupt)
		case <-late:
			t.Error("it goes on")
			_ = cmd.Process.Kill()
		case <-ended:
			running = false
		}
	}
	if status := cmd.ProcessState.Sys().(syscall.WaitStatus); status.Signal() != syscall.SIGINT {
		t.Errorf("it ended by %v", cmd.ProcessState)
	}
	if err := os.RemoveAll(folder.Name); err != nil {
		t.Error(err)
	}
}

// TestDemoSeveralAtOnce: timeout(1) sends its signal to the program, and again to the
// group that it is in.
func TestDemoSeveralAtOnce(t *testing.T) {
	rddtest.NeedGuest(t)
	demo := startDemo(t, demoCommand(t), rddtest.Temp(t))
	demo.until(t, "ssh at port")
	pause := time.NewTicker(time.Millisecond)
	defer pause.Stop()
	for begin := time.Now(); time.Since(begin) < 200*time.Millisecond; <-pause.C {
		_ = demo.Process.Signal(os.Interrupt) // it may have ended
	}
	demo.until(t, "")
	if status := demo.end(); status != 130 || demo.stderr.Len() == 0 {
		t.Errorf("exit status %d: %s", status, &demo.stderr)
	}
}

// fullPipe is a pipe that takes nothing more.
func fullPipe(t *testing.T) *os.File {
	t.Helper()
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		reader.Close()
		writer.Close()
	})
	size, err := unix.FcntlInt(writer.Fd(), unix.F_GETPIPE_SZ, 0)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := writer.Write(make([]byte, size)); err != nil {
		t.Fatal(err)
	}
	return writer
}

// TestDemoKilled: a demo that gets no chance to clean up leaves its folder, but
// nothing that runs.
func TestDemoKilled(t *testing.T) {
	rddtest.NeedGuest(t)
	for _, after := range []string{"starting a Lima", "ssh at port", "cloud-init", "Running"} {
		t.Run(after, func(t *testing.T) {
			dir := rddtest.Temp(t)
			demo := startDemo(t, demoCommand(t), dir)
			demo.until(t, after)
			if err := demo.Process.Kill(); err != nil {
				t.Fatal(err)
			}
			demo.end()
			waitForOrphans()
			left, err := filepath.Glob(filepath.Join(dir, "rdd-demo-*"))
			if err != nil || len(left) != 1 {
				t.Fatal(left, err)
			}
			if err := os.RemoveAll(left[0]); err != nil {
				t.Error(err)
			}
		})
	}
}

// waitForOrphans returns once all that this test has started has ended.
func waitForOrphans() {
	for {
		if _, err := unix.Wait4(-1, nil, 0, nil); errors.Is(err, unix.ECHILD) {
			return
		}
	}
}

// TestDemoFails: a demo that cannot reach its end says why.
func TestDemoFails(t *testing.T) {
	rddtest.NeedGuest(t)
	for _, test := range []struct {
		name, sshd string
		args       []string
		want       string
	}{
		{
			name: "sshd refuses its configuration", sshd: "/bin/false",
			want: "rdd: demo: the hostagent ended before the guest ran (nsguest: the guest ended: exit status 1: /bin/false -t: exit status 1)",
		},
		{
			name: "sshd ends at once", sshd: "/bin/true", args: []string{"--timeout=2s"},
			want: "rdd: demo: the guest did not run within 2s (Waiting for the essential requirement 1 of 3: `ssh`)",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv(nsguest.SSHDVariable, test.sshd)
			demo := startDemo(t, demoCommand(t, test.args...), rddtest.Temp(t))
			lines := demo.until(t, "")
			if status := demo.end(); status != 1 {
				t.Errorf("exit status %d", status)
			}
			if got := strings.TrimSpace(demo.stderr.String()); got != test.want {
				t.Errorf("stderr:\n%s\nwant:\n%s", got, test.want)
			}
			if last := lines[len(lines)-1]; !strings.HasSuffix(last, "-> Exiting, exiting") {
				t.Errorf("the last line is %q", last)
			}
		})
	}
}

// TestDemoHostagentKilled: no exiting event comes then, only the end.
func TestDemoHostagentKilled(t *testing.T) {
	rddtest.NeedGuest(t)
	dir := rddtest.Temp(t)
	demo := startDemo(t, demoCommand(t), dir)
	demo.until(t, "ssh at port")
	if err := syscall.Kill(hostagentPID(t, dir), syscall.SIGKILL); err != nil {
		t.Fatal(err)
	}
	demo.until(t, "")
	if status := demo.end(); status != 1 {
		t.Errorf("exit status %d", status)
	}
	const want = "rdd: demo: the hostagent ended before the guest ran: hostagent: signal: killed"
	if !strings.HasPrefix(demo.stderr.String(), want) {
		t.Errorf("stderr: %s", &demo.stderr)
	}
}

func hostagentPID(t *testing.T, dir string) int {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(dir, "*", "*", "ha.pid"))
	if err != nil || len(files) != 1 {
		t.Fatal(files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	pid, err := strconv.Atoi(strings.TrimSpace(string(text)))
	if err != nil {
		t.Fatal(err)
	}
	return pid
}

// TestUnknownUser: Lima asks for the current user before main starts, and panics
// without one.
func TestUnknownUser(t *testing.T) {
	if os.Getuid() != 0 {
		t.Skip("on Linux, only root can become a user whom nobody knows")
	}
	if cgo {
		t.Skip("on Linux with cgo, the C library says who is who; rdd is built without")
	}
	dir := rddtest.Temp(t)
	const unknown = 54321
	if err := os.Chown(dir, unknown, unknown); err != nil {
		t.Fatal(err)
	}
	cmd := as(t, unknown, demoCommand(t))
	cmd.Env = []string{rddtest.Variable + "=1", "PATH=" + os.Getenv("PATH")}
	demo := startDemo(t, cmd, dir)
	lines := demo.until(t, "")
	if status := demo.end(); status != 0 || len(lines) == 0 {
		t.Fatalf("exit status %d: %s", status, &demo.stderr)
	}
	if want := "No user exists for uid 54321"; !strings.Contains(lines[0], want) {
		t.Errorf("the first line is %q", lines[0])
	}
}

// TestDemoWithoutNamespaces plays the recording, and says which setting is in
// the way.
func TestDemoWithoutNamespaces(t *testing.T) {
	rddtest.NeedGuest(t) // for its own namespace, where the setting is another
	cmd := demoCommand(t)
	const script = `echo 0 >/proc/sys/user/max_user_namespaces && exec "$0" "$@"`
	wrapped := exec.Command("/bin/sh", append([]string{"-c", script}, cmd.Args...)...)
	wrapped.SysProcAttr = &syscall.SysProcAttr{
		Cloneflags:  syscall.CLONE_NEWUSER,
		UidMappings: []syscall.SysProcIDMap{{HostID: os.Getuid(), Size: 1}},
		GidMappings: []syscall.SysProcIDMap{{HostID: os.Getgid(), Size: 1}},
	}
	demo := startDemo(t, wrapped, rddtest.Temp(t))
	lines := demo.until(t, "")
	if status := demo.end(); status != 0 {
		t.Errorf("exit status %d: %s", status, &demo.stderr)
	}
	if !strings.Contains(lines[0], "no namespace can be made here: ") || !strings.HasSuffix(lines[0], "(user.max_user_namespaces is 0)") {
		t.Errorf("the first line is %q", lines[0])
	}
	if last := lines[len(lines)-1]; last != "played a recording" {
		t.Errorf("the last line is %q", last)
	}
}
