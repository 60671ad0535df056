// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"github.com/lima-vm/lima/v2/pkg/driver"
	"github.com/lima-vm/lima/v2/pkg/limatype"
	"github.com/lima-vm/lima/v2/pkg/limatype/filenames"
	"github.com/lima-vm/lima/v2/pkg/registry"
	"github.com/sirupsen/logrus"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
)

// powerOffTimeout bounds how long a guest may take to end by itself. Its first
// process ends at once, and the kernel ends the others with it.
const powerOffTimeout = 5 * time.Second

// Register makes the driver known to Lima in this process.
func Register(ctx context.Context) { registry.Register(ctx, &Driver{}) }

// Driver is the driver as Lima sees it. The one that is registered belongs to
// no instance; Configure makes one for an instance.
type Driver struct {
	unsupported
	inst *limatype.Instance

	// Set by Start.
	cmd  *exec.Cmd
	life *os.File      // closing it, or dying with it open, ends the guest
	done chan struct{} // closed when the guest has ended
}

var _ driver.Driver = (*Driver)(nil)

// Info describes the driver.
func (d *Driver) Info(context.Context) driver.Info {
	info := driver.Info{Name: Name, Features: driver.DriverFeatures{NoCloudInit: true}}
	if d.inst != nil {
		info.InstanceDir = d.inst.Dir
	}
	return info
}

// Configure returns a driver for inst alone: one process keeps many instances.
func (d *Driver) Configure(_ context.Context, inst *limatype.Instance) (*driver.ConfiguredDriver, error) {
	if inst.Config.MountType == nil {
		inst.Config.MountType = new(limatype.REVSSHFS)
	}
	return &driver.ConfiguredDriver{Driver: &Driver{inst: inst}}, nil
}

// Validate refuses a user name that sshd in the guest would not find.
func (d *Driver) Validate(context.Context) error {
	if name := d.inst.Config.User.Name; name == nil || *name != User {
		return fmt.Errorf("nsguest: the guest knows one user: set user.name to %q in lima.yaml", User)
	}
	return nil
}

// Create leaves an empty disk of the configured size, so that Lima neither
// downloads an image nor resizes one. A larger one stays as it is, for it may be
// another driver's from before: Lima then says that it does not shrink disks.
func (d *Driver) Create(context.Context) error {
	disk, err := os.OpenFile(d.path(filenames.Disk), os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer disk.Close()
	info, err := disk.Stat()
	if err != nil || info.Size() >= d.inst.Disk {
		return err
	}
	return disk.Truncate(d.inst.Disk)
}

// Start starts the guest and returns as soon as its first process runs. What
// the guest prints is in serial.log of the instance.
func (d *Driver) Start(ctx context.Context) (chan error, error) {
	if err := Check(ctx); err != nil {
		return nil, err
	}
	if err := writeSSHDFiles(d.inst.Dir); err != nil {
		return nil, fmt.Errorf("nsguest: %w", err)
	}
	if err := d.launch(); err != nil {
		return nil, fmt.Errorf("nsguest: %w", err)
	}
	logrus.Infof("nsguest: guest process %d, ssh port %d", d.cmd.Process.Pid, d.inst.SSHLocalPort)
	d.writePID()
	ended := make(chan error, 1)
	go d.wait(ended) // until the guest has ended; ended has room for its only send
	return ended, nil
}

// launch starts the guest's first process. It inherits the ssh listener, made
// here in the host's network namespace, and the reading end of the life line.
func (d *Driver) launch() error {
	listener, err := listen(d.inst.SSHLocalPort)
	if err != nil {
		return err
	}
	defer listener.Close()
	serial, err := os.OpenFile(d.path(filenames.SerialLog), os.O_CREATE|os.O_TRUNC|os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer serial.Close()
	guestLife, life, err := os.Pipe()
	if err != nil {
		return err
	}
	defer guestLife.Close()
	cmd, err := initCommand(d.inst.Dir)
	if err == nil {
		cmd.Stdout, cmd.Stderr = serial, serial
		cmd.ExtraFiles = []*os.File{listener, guestLife} // listenerFD, lifeFD
		err = cmd.Start()
	}
	if err != nil {
		life.Close()
		return explain(err)
	}
	d.cmd, d.life, d.done = cmd, life, make(chan struct{})
	return nil
}

// listen opens the guest's ssh port as a file that the guest can inherit.
func listen(port int) (*os.File, error) {
	l, err := net.Listen("tcp", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	defer l.Close()
	return l.(*net.TCPListener).File()
}

// writePID leaves the file by which Lima tells that the guest runs.
func (d *Driver) writePID() {
	pid := fmt.Appendln(nil, d.cmd.Process.Pid)
	if err := files.Write(d.path(filenames.PIDFile(Name)), pid); err != nil {
		logrus.WithError(err).Warn("nsguest: Lima will take the guest for stopped")
	}
}

// wait says on ended why the guest runs no longer.
func (d *Driver) wait(ended chan<- error) {
	err := d.cmd.Wait()
	_ = os.Remove(d.path(filenames.PIDFile(Name)))
	close(d.done)
	ended <- fmt.Errorf("nsguest: the guest ended: %w", whyEnded(err, d.path(filenames.SerialLog)))
	close(ended)
}

var errPoweredOff = errors.New("powered off")

// whyEnded adds the guest's own last words to its exit status.
func whyEnded(status error, serialLog string) error {
	if status == nil {
		return errPoweredOff
	}
	if text, err := os.ReadFile(serialLog); err == nil {
		return withLastWords(status, string(text))
	}
	return status
}

// withLastWords adds the last line that a process printed to its exit status,
// without the name of this package, which the caller adds.
func withLastWords(status error, output string) error {
	output = strings.TrimSpace(output)
	line := output[strings.LastIndex(output, "\n")+1:]
	if _, words, ok := strings.Cut(line, "nsguest: "); ok {
		line = words
	}
	if line == "" {
		return status
	}
	return fmt.Errorf("%w: %s", status, line)
}

// Stop ends the guest and waits until it has.
func (d *Driver) Stop(context.Context) error {
	if d.cmd == nil {
		return nil
	}
	_ = d.life.Close()
	select {
	case <-d.done:
	case <-time.After(powerOffTimeout):
		_ = d.cmd.Process.Kill()
		<-d.done
	}
	return nil
}

// SSHAddress is where the guest's ssh answers.
func (d *Driver) SSHAddress(context.Context) (string, error) { return "127.0.0.1", nil }

// ForwardGuestAgent says that the agent's socket reaches the host over ssh.
func (d *Driver) ForwardGuestAgent(context.Context) bool { return true }

// GuestAgentConn has no connection of its own to offer.
func (d *Driver) GuestAgentConn(context.Context) (net.Conn, string, error) { return nil, "unix", nil }

func (d *Driver) path(name string) string { return filepath.Join(d.inst.Dir, name) }
