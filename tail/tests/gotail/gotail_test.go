// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package gotail

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"runtime/debug"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// deadline is how long a script waits for what it expects. It is met at once where all is well.
const deadline = 30 * time.Second

// TestScripts runs the scripts in testdata against the real program. Beside testscript's own
// commands they have these, for one gotail at a time that runs on beside the script:
//
//	start ARG...         starts it
//	await stdout TEXT    waits until all that it has printed so far, since its start, is TEXT
//	send TEXT            writes to its standard input; without TEXT closes it
//	close stdout         closes the other end of its output, of which no more than the first 64 KiB are ever read
//	signal INT|TERM      sends it a signal
//	status N             waits for its end and checks its exit status
//	append FILE TEXT     appends to a file
//	fill FILE N          makes a file of N numbered lines
//
// TEXT is a Go string without its quotes.
func TestScripts(t *testing.T) {
	bin := buildGotail(t, raceDetector())
	testscript.Run(t, testscript.Params{
		Dir: "testdata",
		Setup: func(env *testscript.Env) error {
			env.Setenv("PATH", bin+string(filepath.ListSeparator)+env.Getenv("PATH"))
			env.Values[process{}] = &process{}
			return nil
		},
		Condition: func(cond string) (bool, error) {
			if cond == "root" {
				return os.Getuid() == 0, nil
			}
			return false, errors.New("unknown condition " + cond)
		},
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"start":  start,
			"await":  await,
			"send":   send,
			"close":  closeOutput,
			"signal": sendSignal,
			"status": status,
			"append": appendTo,
			"fill":   fill,
		},
	})
}

// buildGotail returns the folder that holds the program, built with the race detector if asked.
func buildGotail(t *testing.T, race bool) string {
	t.Helper()
	if _, err := exec.LookPath("go"); err != nil && runtime.GOOS == "windows" {
		t.Skip("wine: there is no Go to build gotail with")
	}
	dir := t.TempDir()
	args := []string{"build", "-o", dir + string(filepath.Separator)}
	if race {
		args = append(args, "-race")
	}
	args = append(args, "github.com/rancher-sandbox/rancher-desktop-daemon/tail/cmd/gotail")
	if out, err := exec.CommandContext(t.Context(), "go", args...).CombinedOutput(); err != nil {
		t.Fatalf("go %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return dir
}

// raceDetector tells whether the test itself was built with it.
func raceDetector() bool {
	info, ok := debug.ReadBuildInfo()
	return ok && slices.Contains(info.Settings, debug.BuildSetting{Key: "-race", Value: "true"})
}

// process is a gotail that runs beside its script.
type process struct {
	cmd            *exec.Cmd
	ended          bool
	stdin          *os.File
	stdout, stderr *capture
}

// capture keeps what comes out of a pipe.
type capture struct {
	pipe  *os.File // closed when its other end is
	done  chan struct{}
	mu    sync.Mutex
	more  *sync.Cond // something came, it is all, or a wait is over
	buf   bytes.Buffer
	ended bool
}

// enough is how much a capture reads. A program that prints more is held up by the full pipe, so that
// it has something left to print whenever its output is closed.
const enough = 64 << 10

func newCapture(pipe *os.File) *capture {
	c := &capture{pipe: pipe, done: make(chan struct{})}
	c.more = sync.NewCond(&c.mu)
	// Ends with the process that writes to the pipe, or when it has read enough.
	go func() {
		defer close(c.done)
		io.Copy(c, io.LimitReader(pipe, enough))
		c.mu.Lock()
		defer c.mu.Unlock()
		c.ended = true
		c.more.Broadcast()
	}()
	return c
}

// Write is called by the capture's own goroutine.
func (c *capture) Write(p []byte) (int, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.more.Broadcast()
	return c.buf.Write(p)
}

// await waits until what came is want. It returns early where that cannot be any more.
func (c *capture) await(want string) (got string, ok bool) {
	ctx, cancel := context.WithTimeout(context.Background(), deadline)
	defer cancel()
	defer context.AfterFunc(ctx, func() {
		c.mu.Lock()
		defer c.mu.Unlock()
		c.more.Broadcast()
	})()
	c.mu.Lock()
	defer c.mu.Unlock()
	for c.buf.String() != want && strings.HasPrefix(want, c.buf.String()) && !c.ended && ctx.Err() == nil {
		c.more.Wait()
	}
	return c.buf.String(), c.buf.String() == want
}

func current(ts *testscript.TestScript) *process {
	p := ts.Value(process{}).(*process)
	if p.cmd == nil {
		ts.Fatalf("start comes first")
	}
	return p
}

func start(ts *testscript.TestScript, neg bool, args []string) {
	p := ts.Value(process{}).(*process)
	if neg || p.cmd != nil && !p.ended {
		ts.Fatalf("usage: start ARG..., and status before the next start")
	}
	in, stdin, err := os.Pipe()
	ts.Check(err)
	stdout, out, err := os.Pipe()
	ts.Check(err)
	stderr, errOut, err := os.Pipe()
	ts.Check(err)
	path, err := exec.LookPath(filepath.Join(strings.Split(ts.Getenv("PATH"), string(filepath.ListSeparator))[0], "gotail"))
	ts.Check(err)
	cmd := exec.Command(path, args...)
	cmd.Dir = ts.Getenv("WORK")
	cmd.Stdin, cmd.Stdout, cmd.Stderr = in, out, errOut
	ts.Check(cmd.Start())
	for _, f := range []*os.File{in, out, errOut} {
		f.Close()
	}
	*p = process{cmd: cmd, stdin: stdin, stdout: newCapture(stdout), stderr: newCapture(stderr)}
	ts.Defer(func() { p.finish(true) })
}

// finish waits for the process and for its output. It does nothing the second time.
func (p *process) finish(kill bool) {
	if p.ended {
		return
	}
	if kill {
		p.cmd.Process.Kill()
	}
	timer := time.AfterFunc(deadline, func() { p.cmd.Process.Kill() })
	p.cmd.Wait()
	timer.Stop()
	p.stdin.Close()
	for _, c := range []*capture{p.stdout, p.stderr} {
		<-c.done
		c.pipe.Close()
	}
	p.ended = true
}

func await(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: await stdout|stderr TEXT")
	}
	p := current(ts)
	c := map[string]*capture{"stdout": p.stdout, "stderr": p.stderr}[args[0]]
	want := unquote(ts, args[1])
	if got, ok := c.await(want); !ok {
		stderr, _ := p.stderr.await("")
		ts.Fatalf("%s is\n%q\nwant\n%q\nstderr is\n%s", args[0], got, want, stderr)
	}
}

func send(ts *testscript.TestScript, _ bool, args []string) {
	p := current(ts)
	if len(args) == 0 {
		ts.Check(p.stdin.Close())
		return
	}
	_, err := p.stdin.WriteString(unquote(ts, strings.Join(args, " ")))
	ts.Check(err)
}

// closeOutput closes this end of the pipe. A process that another script is just starting may hold a copy
// for a moment; the program, which has more to print than the pipe takes, is held up until that is gone.
func closeOutput(ts *testscript.TestScript, _ bool, _ []string) {
	ts.Check(current(ts).stdout.pipe.Close())
}

func sendSignal(ts *testscript.TestScript, _ bool, args []string) {
	sig := map[string]os.Signal{"INT": os.Interrupt, "TERM": syscall.SIGTERM}[args[0]]
	ts.Check(current(ts).cmd.Process.Signal(sig))
}

func status(ts *testscript.TestScript, _ bool, args []string) {
	p := current(ts)
	p.finish(false)
	if got := strconv.Itoa(exitStatus(p.cmd.ProcessState)); got != args[0] {
		ts.Fatalf("exit status %s, want %s\nstdout is\n%s\nstderr is\n%s", got, args[0], p.stdout.buf.String(), p.stderr.buf.String())
	}
}

// exitStatus is what a shell has in $?.
func exitStatus(s *os.ProcessState) int {
	if ws, ok := s.Sys().(interface {
		Signaled() bool
		Signal() syscall.Signal
	}); ok && ws.Signaled() {
		return 128 + int(ws.Signal())
	}
	return s.ExitCode()
}

func appendTo(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: append FILE TEXT")
	}
	f, err := os.OpenFile(ts.MkAbs(args[0]), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	ts.Check(err)
	_, err = f.WriteString(unquote(ts, strings.Join(args[1:], " ")))
	ts.Check(errors.Join(err, f.Close()))
}

func fill(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) != 2 {
		ts.Fatalf("usage: fill FILE N")
	}
	lines, err := strconv.Atoi(args[1])
	ts.Check(err)
	var b bytes.Buffer
	for n := range lines {
		fmt.Fprintf(&b, "line %d\n", n+1)
	}
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o600))
}

func unquote(ts *testscript.TestScript, text string) string {
	s, err := strconv.Unquote(`"` + text + `"`)
	ts.Check(err)
	return s
}
