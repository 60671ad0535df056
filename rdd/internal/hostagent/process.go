// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package hostagent runs Lima's hostagent, which keeps one guest, as a
// subprocess: Lima's log is global, its Run does not heed the end of a context,
// and some of its errors are panics.
//
// The subprocess is this program again, called with [Command]. [Start] and
// [Process] are the parent's side, [Serve] is the subprocess.
package hostagent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"

	"github.com/lima-vm/lima/v2/pkg/executil"
	"github.com/lima-vm/lima/v2/pkg/instance"
	"github.com/lima-vm/lima/v2/pkg/limatype"
	"github.com/lima-vm/lima/v2/pkg/limatype/filenames"
	"github.com/lima-vm/lima/v2/pkg/store"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/guestagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
)

// Command is the command with which this program runs as a hostagent.
const Command = "hostagent"

// The flags of [Command].
const (
	FlagLifeLine       = "life-line"
	FlagLocked         = "locked"
	FlagProgress       = "progress"
	FlagGuestAgent     = "guestagent"
	FlagNerdctlArchive = "nerdctl-archive"
)

// Process is a running hostagent. It ends by itself when the process that
// started it ends, in whatever way.
type Process struct {
	// Stdout and Stderr are the paths of its two logs. They exist.
	Stdout, Stderr string

	cmd  *exec.Cmd
	life io.Closer     // closing it, or dying with it open, asks the hostagent to stop
	done chan struct{} // closed when the process has ended; err is set then
	err  error

	asked atomic.Bool // to stop
}

// Start prepares an instance (its disk, its networks, its agent) and starts its
// hostagent with new logs. The end of ctx ends the preparations, not the
// hostagent. Of several calls for one instance at once, in whatever processes,
// at most one succeeds.
func Start(ctx context.Context, inst *limatype.Instance) (*Process, error) {
	if inst.Config == nil {
		return nil, unusable(inst)
	}
	lock, err := takeLock(inst.Dir)
	if err != nil {
		return nil, fmt.Errorf("hostagent: instance %q: %w", inst.Name, err)
	}
	p, err := startLocked(ctx, inst, lock)
	if err != nil {
		dropLock(lock)
		return nil, err
	}
	_ = lock.Close() // it is the hostagent's now
	return p, nil
}

// preparing has room for one: Lima's checks of YAML set a logger that is global
// to the process, so instances are prepared one after another.
var preparing = make(chan struct{}, 1)

func startLocked(ctx context.Context, inst *limatype.Instance, lock *os.File) (*Process, error) {
	select {
	case preparing <- struct{}{}:
		defer func() { <-preparing }()
	case <-ctx.Done():
		return nil, context.Cause(ctx)
	}
	name, pidFile := inst.Name, filepath.Join(inst.Dir, filenames.HostAgentPID)
	inst, err := withoutStale(ctx, inst, pidFile)
	if err != nil {
		return nil, fmt.Errorf("hostagent: instance %q: %w", name, err)
	}
	if len(inst.Errors) > 0 {
		return nil, unusable(inst)
	}
	if err := checkAlone(pidFile); err != nil {
		return nil, fmt.Errorf("hostagent: instance %q: %w", inst.Name, err)
	}
	args, err := prepare(ctx, inst)
	if err != nil {
		return nil, fmt.Errorf("hostagent: prepare instance %q: %w", inst.Name, err)
	}
	if err := ctx.Err(); err != nil {
		return nil, context.Cause(ctx)
	}
	p := &Process{
		Stdout: filepath.Join(inst.Dir, filenames.HostAgentStdoutLog),
		Stderr: filepath.Join(inst.Dir, filenames.HostAgentStderrLog),
		done:   make(chan struct{}),
	}
	if err := p.start(append(args, inst.Name), lock); err != nil {
		return nil, fmt.Errorf("hostagent: start %q: %w", inst.Name, err)
	}
	return p, nil
}

func unusable(inst *limatype.Instance) error {
	return fmt.Errorf("hostagent: instance %q cannot be used: %w", inst.Name, errors.Join(inst.Errors...))
}

// withoutStale removes stale pid files and looks at the instance anew: Lima
// takes one with such a file for broken.
func withoutStale(ctx context.Context, inst *limatype.Instance, pidFile string) (*limatype.Instance, error) {
	removed, err := removeStale(pidFile)
	guestRemoved, guestErr := removeStaleGuest(inst)
	if err := errors.Join(err, guestErr); err != nil {
		return nil, err
	}
	if !removed && !guestRemoved {
		return inst, nil
	}
	return store.Inspect(ctx, inst.Name)
}

// prepare returns the arguments for the subprocess.
func prepare(ctx context.Context, inst *limatype.Instance) ([]string, error) {
	if err := startNetworks(ctx, inst.Name); err != nil {
		return nil, err
	}
	agent, err := guestAgent(inst)
	if err != nil {
		return nil, err
	}
	prepared, err := instance.Prepare(ctx, inst, agent)
	if err != nil {
		return nil, err
	}
	args := []string{Command, "--" + FlagLifeLine, "--" + FlagLocked, "--" + FlagProgress}
	if prepared.GuestAgent != "" {
		args = append(args, "--"+FlagGuestAgent, prepared.GuestAgent)
	}
	if prepared.NerdctlArchiveCache != "" {
		args = append(args, "--"+FlagNerdctlArchive, prepared.NerdctlArchiveCache)
	}
	return args, nil
}

// guestAgent is the path of the agent's binary for inst; empty where the
// instance needs none or Lima shall look for one by itself.
func guestAgent(inst *limatype.Instance) (string, error) {
	if *inst.Config.Plain || *inst.Config.OS != limatype.LINUX {
		return "", nil
	}
	if inst.VMType == nsguest.Name {
		return nsguest.WriteAgentNote(inst.Dir)
	}
	path, err := guestagent.Write(inst.Dir, inst.Arch)
	if errors.Is(err, guestagent.ErrNotBuiltIn) {
		return "", nil
	}
	return path, err
}

func (p *Process) start(args []string, lock *os.File) error {
	self, err := os.Executable()
	if err != nil {
		return err
	}
	logs, err := makeLogs(p.Stdout, p.Stderr)
	if err != nil {
		return err
	}
	if err := p.launch(exec.Command(self, args...), logs, lock); err != nil {
		logs.undo()
		return err
	}
	logs.keep()
	logs.close()
	go p.wait() // until the process has ended
	return nil
}

func (p *Process) launch(cmd *exec.Cmd, logs *newLogs, lock *os.File) (err error) {
	p.cmd = cmd
	cmd.Stdout, cmd.Stderr = logs.stdout, logs.stderr
	background := *executil.BackgroundSysProcAttr // Ctrl-C is for the parent
	cmd.SysProcAttr = &background
	if err := giveLock(cmd, lock); err != nil {
		return err
	}
	if p.life, err = cmd.StdinPipe(); err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		p.life.Close()
		return err
	}
	return nil
}

func (p *Process) wait() {
	p.err = p.cmd.Wait()
	close(p.done)
}

// Done is closed when the process has ended. Its logs grow no more then.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err says how the process ended, with the reason from its log; nil if it ended
// as it was asked to. It must be called only after Done is closed.
func (p *Process) Err() error {
	if p.err == nil || p.asked.Load() && interrupted(p.err) {
		return nil
	}
	return p.because(p.err)
}

// Reason is why the hostagent is in the state it is in, as far as its log tells;
// empty if it does not.
func (p *Process) Reason() string { return ReasonIn(p.Stderr) }

// because adds the reason in the log, if there is one, to err.
func (p *Process) because(err error) error {
	if reason := p.Reason(); reason != "" {
		return fmt.Errorf("hostagent: %w: %s", err, reason)
	}
	return fmt.Errorf("hostagent: %w", err)
}

var errKilled = errors.New("did not stop in time and was killed")

// Stop asks the hostagent to stop its guest and waits until it has ended. When
// ctx ends before that, the hostagent is killed, which is an error; so is a
// hostagent that ends, or has ended before, with one.
func (p *Process) Stop(ctx context.Context) error {
	select {
	case <-p.done:
		return p.Err()
	default:
	}
	p.asked.Store(true)
	p.interrupt()
	select {
	case <-p.done:
		return p.Err()
	case <-ctx.Done():
	}
	killErr := p.cmd.Process.Kill()
	<-p.done
	if killErr != nil || p.err == nil { // it was quicker
		return p.Err()
	}
	return p.because(errKilled)
}

// interrupt is Ctrl-C. Where signals cannot be sent (Windows), the end of the
// life line says the same.
func (p *Process) interrupt() {
	if err := p.cmd.Process.Signal(syscall.SIGINT); err != nil {
		_ = p.life.Close()
	}
}

// interrupted says that a process ended by the very signal, as a hostagent does
// that has not come to do anything yet.
func interrupted(err error) bool {
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		return false
	}
	status, ok := exit.Sys().(syscall.WaitStatus)
	return ok && status.Signaled() && status.Signal() == syscall.SIGINT
}
