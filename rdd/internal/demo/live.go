// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/lima-vm/lima/v2/pkg/instance"
	"github.com/lima-vm/lima/v2/pkg/sshutil"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/hostagent"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/orphans"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/plain"
)

const (
	instanceName  = "demo"
	answerTimeout = 10 * time.Second
	orphanTimeout = 5 * time.Second

	// echo is what the guest's shell runs. The file proves that it is the guest
	// that answers: this machine has none.
	echo = `test -e /run/lima-boot-done && read -r token && echo "$token"`
)

// live is a real hostagent on a namespace guest.
type live struct {
	home      *home
	sshConfig string
	host      string // the guest's name in sshConfig
	agent     *hostagent.Process
}

// startLive makes a Lima home for this demo alone and starts a hostagent in it.
// Nil for template is the smallest guest.
func startLive(ctx context.Context, out *screen, template []byte) (_ *live, err error) {
	if template == nil {
		template = nsguest.Template
	}
	if err := orphans.Adopt(); err != nil {
		return nil, err
	}
	home, err := newLimaHome()
	if err != nil {
		return nil, err
	}
	l := &live{home: home}
	defer func() {
		if err != nil {
			_ = l.remove()
		}
	}()
	out.printf("starting a Lima hostagent on a namespace guest, with %s as Lima's home\n", home.dir)
	inst, err := instance.Create(ctx, instanceName, template, false)
	if err != nil {
		return nil, fmt.Errorf("create an instance: %w", err)
	}
	l.sshConfig, l.host = inst.SSHConfigFile, inst.Hostname
	if l.agent, err = hostagent.Start(ctx, inst); err != nil {
		return nil, err
	}
	return l, nil
}

func (l *live) logs() (stdout, stderr string) { return l.agent.Stdout, l.agent.Stderr }
func (l *live) done() <-chan struct{}         { return l.agent.Done() }
func (l *live) err() error                    { return l.agent.Err() }
func (l *live) reason() string                { return l.agent.Reason() }
func (l *live) farewell() string              { return "the guest has stopped, and nothing is left of it" }

// running sends a token through a shell in the guest.
func (l *live) running(ctx context.Context, out *screen) error {
	token := rand.Text()
	answer, err := l.ask(ctx, token)
	if err != nil {
		return fmt.Errorf("ask the guest: %w", err)
	}
	out.printf("guest answered: %s\n", plain.Text(answer))
	if answer != token {
		return fmt.Errorf("ask the guest: it was sent %q and answered %q", token, answer)
	}
	return nil
}

func (l *live) ask(ctx context.Context, token string) (string, error) {
	ssh, err := sshutil.NewSSHExe()
	if err != nil {
		return "", err
	}
	ctx, cancel := context.WithTimeoutCause(ctx, answerTimeout, fmt.Errorf("no answer within %s", answerTimeout))
	defer cancel()
	cmd := exec.CommandContext(ctx, ssh.Exe, append(ssh.Args, "-F", l.sshConfig, l.host, echo)...)
	cmd.Stdin = strings.NewReader(token + "\n")
	cmd.WaitDelay = time.Second
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	answer, err := cmd.Output()
	if ctx.Err() != nil {
		return "", context.Cause(ctx)
	}
	if err != nil {
		return "", fmt.Errorf("ssh: %w: %s", err, bytes.TrimSpace(stderr.Bytes()))
	}
	return strings.TrimSpace(string(answer)), nil
}

func (l *live) stop(ctx context.Context, _ bool) error { return l.agent.Stop(ctx) }

// remove waits for the processes that outlive the hostagent by a moment, so that
// none of them writes into the folder that goes.
func (l *live) remove() error {
	ctx, cancel := context.WithTimeoutCause(context.Background(), orphanTimeout,
		fmt.Errorf("still there %s after the hostagent ended", orphanTimeout))
	defer cancel()
	return errors.Join(orphans.Wait(ctx), l.home.remove())
}

// home is the Lima home of one demo.
type home struct {
	dir     string
	restore func() // the environment
}

// newLimaHome makes a folder and tells Lima of it, for Lima asks the environment.
func newLimaHome() (*home, error) {
	dir, err := shortTemp()
	if err != nil {
		return nil, err
	}
	const variable = "LIMA_HOME"
	old, was := os.LookupEnv(variable)
	restore := func() {
		_ = os.Unsetenv(variable)
		if was {
			_ = os.Setenv(variable, old)
		}
	}
	return &home{dir: dir, restore: restore}, os.Setenv(variable, dir)
}

// maxTemp is how long the path of the folder for temporary files may be: that of
// the longest socket below it must stay under 108 bytes.
const maxTemp = 45

// shortTemp makes a folder that nobody else may enter.
func shortTemp() (string, error) {
	parent, err := filepath.Abs(os.TempDir()) // the hostagent's and the guest's processes have other working folders
	if err != nil {
		return "", err
	}
	if len(parent) > maxTemp {
		parent = "/tmp"
	}
	return os.MkdirTemp(parent, "rdd-demo-")
}

func (h *home) remove() error {
	h.restore()
	return os.RemoveAll(h.dir)
}
