// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"errors"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"slices"

	"github.com/lima-vm/lima/v2/pkg/limatype"
	"github.com/lima-vm/lima/v2/pkg/limatype/filenames"
	"github.com/lima-vm/lima/v2/pkg/store"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/files"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/pidfile"
)

// lockName is the file in an instance's folder that a hostagent of ours holds
// open and locked, from before its start to its end, in whatever way that
// comes. The file itself stays: were it removed, two could lock two of that name.
const lockName = "ha.lock"

// errLocked says that another process has the lock.
var errLocked = errors.New("locked by another process")

// takeLock takes the instance's lock, or says who has it. [giveLock] hands it
// on to a subprocess.
func takeLock(dir string) (*os.File, error) {
	path := filepath.Join(dir, lockName)
	lock, err := openLocked(path)
	switch {
	case err == nil:
		return lock, nil
	case !errors.Is(err, errLocked):
		return nil, fmt.Errorf("lock %s: %w", path, err)
	}
	if err := checkAlone(filepath.Join(dir, filenames.HostAgentPID)); err != nil {
		return nil, err
	}
	return nil, fmt.Errorf("another hostagent is being started, or ends (%s)", path)
}

// checkAlone says whether another hostagent of the instance runs already, also
// one of limactl's, which knows no lock. Its logs must not be moved away from
// under it.
func checkAlone(pidFile string) error {
	pid, err := store.ReadPIDFile(pidFile)
	switch {
	case err != nil:
		return fmt.Errorf("whether another hostagent runs: %w", err)
	case pid != 0:
		return fmt.Errorf("another hostagent runs already, process %d (%s)", pid, pidFile)
	}
	return nil
}

// removeStale removes the pid file of a hostagent that runs no longer, as a crash
// leaves it, also where another process has its number by now. The caller has
// the lock, so it can only be limactl's that runs, which knows none. That one is
// known by how Lima calls it, or by somebody who answers on its socket.
func removeStale(pidFile string) (removed bool, err error) {
	dir := filepath.Dir(pidFile)
	return pidfile.RemoveStale(pidFile, func(args []string) bool {
		return isHostagent(args, filepath.Base(dir)) || answers(filepath.Join(dir, filenames.HostAgentSock))
	})
}

// guests are the drivers whose pid file is that of a process with the instance's
// folder in its command line, or, as with vz, of the hostagent itself.
var guests = []string{nsguest.Name, limatype.QEMU, limatype.VZ}

// removeStaleGuest does the same for the pid file of the guest.
func removeStaleGuest(inst *limatype.Instance) (removed bool, err error) {
	if !slices.Contains(guests, inst.VMType) {
		return false, nil
	}
	return pidfile.RemoveStale(filepath.Join(inst.Dir, filenames.PIDFile(inst.VMType)), func(args []string) bool {
		return pidfile.Mention(args, inst.Dir) || isHostagent(args, inst.Name)
	})
}

// isHostagent says whether args call a hostagent of the named instance.
func isHostagent(args []string, name string) bool {
	return slices.Contains(args, Command) && args[len(args)-1] == name
}

func answers(socket string) bool {
	conn, err := net.Dial("unix", socket)
	if err != nil {
		return false
	}
	conn.Close()
	return true
}

// claim writes the pid file for others to see, Lima among them. The caller has
// the lock.
func claim(pidFile string) (release func(), err error) {
	if _, err := removeStale(pidFile); err != nil {
		return nil, err
	}
	if err := checkAlone(pidFile); err != nil {
		return nil, err
	}
	own := fmt.Appendln(nil, os.Getpid())
	if err := files.Write(pidFile, own); err != nil {
		return nil, err
	}
	return func() {
		if text, err := os.ReadFile(pidFile); err == nil && string(text) == string(own) {
			_ = os.Remove(pidFile)
		}
	}, nil
}
