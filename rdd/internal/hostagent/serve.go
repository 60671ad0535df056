// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build !darwin || cgo

package hostagent

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
	"runtime"
	"syscall"
	"time"

	"github.com/lima-vm/lima/v2/pkg/hostagent"
	"github.com/lima-vm/lima/v2/pkg/hostagent/api/server"
	"github.com/lima-vm/lima/v2/pkg/limatype"
	"github.com/lima-vm/lima/v2/pkg/limatype/filenames"
	"github.com/lima-vm/lima/v2/pkg/store"
	"github.com/sirupsen/logrus"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
)

// abandonedTimeout bounds a hostagent whose parent has died: nobody is left to
// kill it. Lima gives a guest three minutes to heed the power button.
const abandonedTimeout = 4 * time.Minute

// Available says whether this program can run as a hostagent.
func Available() error { return nil }

// Serve is the hostagent of the named instance. It holds ha.lock, writes ha.pid,
// answers on ha.sock, writes events to stdout and its log to stderr, and returns
// when the guest has ended, by itself or on SIGINT or SIGTERM.
func Serve(ctx context.Context, name string, o Options) error {
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	if o.LifeLine != nil {
		go awaitParent(o.LifeLine, signals) // until the parent lets go of it
	}
	logTo(o.Stderr)
	lock, err := o.inherited() // before anything is started that could inherit it, too
	if err != nil {
		return err
	}
	inst, err := store.Inspect(ctx, name)
	if err != nil {
		return fmt.Errorf("hostagent: instance %q: %w", name, err)
	}
	if inst.Config == nil { // Lima would panic
		err = errors.Join(inst.Errors...)
	} else {
		err = serveAlone(ctx, inst, o, signals, lock)
	}
	if err != nil {
		return fmt.Errorf("hostagent: instance %q: %w", name, err)
	}
	return nil
}

// inherited is the lock that the parent has taken; nil if this process is to
// take it.
func (o Options) inherited() (*os.File, error) {
	if !o.Locked {
		return nil, nil
	}
	lock, err := inheritLock()
	if err != nil {
		return nil, fmt.Errorf("hostagent: no lock was inherited: %w", err)
	}
	return lock, nil
}

// serveAlone keeps other hostagents of the instance out.
func serveAlone(ctx context.Context, inst *limatype.Instance, o Options, signals chan os.Signal, lock *os.File) (err error) {
	if !o.Locked {
		if lock, err = takeLock(inst.Dir); err != nil {
			return err
		}
	}
	if lock != nil {
		defer dropLock(lock)
	}
	return serve(ctx, inst, o, signals)
}

func serve(ctx context.Context, inst *limatype.Instance, o Options, signals chan os.Signal) error {
	release, err := claim(filepath.Join(inst.Dir, filenames.HostAgentPID))
	if err != nil {
		return err
	}
	defer release()
	agent, err := hostagent.New(ctx, inst.Name, o.Stdout, signals,
		hostagent.WithCloudInitProgress(o.Progress),
		hostagent.WithGuestAgentBinary(o.GuestAgent),
		hostagent.WithNerdctlArchive(o.NerdctlArchive))
	if err != nil {
		return err
	}
	stop, err := answer(ctx, filepath.Join(inst.Dir, filenames.HostAgentSock), agent)
	if err != nil {
		return err
	}
	defer stop()
	return agent.Run(ctx)
}

// logTo sets Lima's global log up as those who read ha.stderr.log expect it.
func logTo(w io.Writer) {
	logrus.SetOutput(w)
	logrus.SetFormatter(new(logrus.JSONFormatter))
	logrus.SetLevel(logrus.DebugLevel)
}

// awaitParent turns the end of the life line into the signal to stop.
func awaitParent(lifeLine io.Reader, signals chan<- os.Signal) {
	_, _ = io.Copy(io.Discard, lifeLine)
	select {
	case signals <- os.Interrupt:
	default: // a signal is on its way already
	}
	time.AfterFunc(abandonedTimeout, func() {
		logrus.Fatalf("hostagent: the guest did not end within %s after the parent process had", abandonedTimeout)
	})
}

// answer serves the hostagent's API on a socket, until stop is called.
func answer(ctx context.Context, socket string, agent *hostagent.HostAgent) (stop func(), err error) {
	if err := files.RemoveSocket(socket); err != nil {
		return nil, err
	}
	listener, err := new(net.ListenConfig).Listen(ctx, "unix", socket)
	if err != nil {
		return nil, err
	}
	if runtime.GOOS != "windows" { // where a mode says nothing of sockets
		if err := os.Chmod(socket, 0o600); err != nil {
			listener.Close()
			return nil, err
		}
	}
	mux := http.NewServeMux()
	server.AddRoutes(mux, &server.Backend{Agent: agent})
	srv := &http.Server{Handler: mux, ReadHeaderTimeout: 10 * time.Second}
	go func() { // until srv is closed
		if err := srv.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			logrus.WithError(err).Warn("hostagent: ha.sock answers no more")
		}
	}()
	return func() { _ = srv.Close() }, nil
}
