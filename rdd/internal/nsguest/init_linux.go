// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"golang.org/x/sys/unix"
)

// The files that the guest's first process inherits.
const (
	listenerFD = 3
	lifeFD     = 4
)

const (
	cidata       = "/mnt/lima-cidata"
	guestBin     = "/run/guestbin"
	guestPasswd  = "/run/passwd"
	cloudInitLog = "/var/log/cloud-init-output.log"

	sshReadyFile = "/run/lima-ssh-ready"
	bootDoneFile = "/run/lima-boot-done"
)

// accounts are the guest's own: sshd needs one for the uid that it runs with,
// on whatever machine.
const accounts = `root:x:0:0:root:/run/home:/bin/sh
` + User + `:x:1000:1000::/run/home:/bin/bash
nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`

// commands are put before the machine's own: the guest's user is the guest's
// root in disguise and needs no sudo, and systemd is not this guest's.
var commands = map[string]string{
	"sudo":      "#!/bin/sh\nexec \"$@\"\n",
	"systemctl": "#!/bin/sh\nexit 1\n",
}

// Init is the guest's first process, for a program called with [InitCommand]
// and args. It returns when the guest is switched off (nil) or cannot boot, and
// the program must end then: the kernel ends the rest of the guest with it.
//
// Whoever else calls it, as with --help, is refused: as root, the program would
// change the mounts of the machine.
func Init(args []string) error {
	if len(args) != 1 || os.Getpid() != 1 {
		return fmt.Errorf("nsguest: %s is for the driver to call, with the folder of an instance", InitCommand)
	}
	if err := run(namespaceSteps()); err != nil {
		return fmt.Errorf("nsguest: %w", err)
	}
	if args[0] == checkOnly {
		return nil
	}
	if err := boot(args[0]); err != nil {
		return fmt.Errorf("nsguest: %w", err)
	}
	return nil
}

// boot brings the guest up and keeps it until the life line ends. The
// goroutines that it starts last as long as the process.
func boot(dir string) error {
	unix.CloseOnExec(listenerFD)
	unix.CloseOnExec(lifeFD)
	failed := make(chan error) // never closed; nobody listens any more once boot has returned
	off := make(chan struct{})
	go waitForEOF(os.NewFile(lifeFD, "life line"), off)
	go func() {
		if err := bringUp(dir, failed); err != nil {
			failed <- err
		}
	}()
	select {
	case err := <-failed:
		return err
	case <-off:
		return nil
	}
}

// waitForEOF closes off when the hostagent lets go of the life line, or has
// died in whatever way.
func waitForEOF(life io.Reader, off chan<- struct{}) {
	_, _ = io.Copy(io.Discard, life)
	close(off)
}

// bringUp returns nil once the guest has booted; what fails later comes on
// failed. The order matters: Lima asks again only after three seconds (for the
// agent ten), so ssh answers when there is something to find.
func bringUp(dir string, failed chan<- error) error {
	if err := run(guestSteps(dir)); err != nil {
		return err
	}
	g, err := readMetadata(filepath.Join(cidata, "meta-data"))
	if err != nil {
		return err
	}
	log, err := os.OpenFile(cloudInitLog, os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	fmt.Fprintln(log, "Cloud-init stand-in of a namespace guest") // Lima leaves the first line out
	if err := g.start(log, failed); err != nil {
		return err
	}
	return g.provision(log)
}

// guestSteps set up what is this guest's own. /tmp comes last, for dir may be
// below it.
func guestSteps(dir string) []step {
	return []step{
		{"make folders", makeFolders},
		{"mount cidata", func() error { return bind(filepath.Join(dir, "cidata"), cidata) }},
		{"copy sshd's files", func() error { return copySSHDFiles(dir) }},
		{"write commands", writeCommands},
		{"make accounts", makeAccounts},
		{"mount tmpfs on /tmp", func() error { return mountTmpfs("/tmp", "mode=1777") }},
	}
}

func makeFolders() error {
	for _, dir := range []string{guestBin, "/run/home", cidata} {
		if err := os.MkdirAll(dir, 0o755); err != nil {
			return err
		}
	}
	return nil
}

func copySSHDFiles(dir string) error {
	files := []string{
		filepath.Join(dir, sshdConfigFile),
		filepath.Join(dir, hostKeyFile),
		filepath.Join(dir, "..", "_config", "user.pub"),
	}
	for _, path := range files {
		text, err := os.ReadFile(path)
		if err == nil {
			err = os.WriteFile(filepath.Join("/run", filepath.Base(path)), text, 0o600)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func writeCommands() error {
	for name, script := range commands {
		if err := os.WriteFile(filepath.Join(guestBin, name), []byte(script), 0o755); err != nil {
			return err
		}
	}
	return nil
}

func makeAccounts() error {
	if err := os.WriteFile(guestPasswd, []byte(accounts), 0o644); err != nil {
		return err
	}
	return bind(guestPasswd, "/etc/passwd")
}

// A guest is what its metadata say.
type guest struct {
	instanceID string // Lima asks for it, to tell this boot from an older one
	hostname   string
}

func readMetadata(path string) (guest, error) {
	text, err := os.ReadFile(path)
	if err != nil {
		return guest{}, err
	}
	g := parseMetadata(string(text))
	if g.instanceID == "" {
		return guest{}, fmt.Errorf("%s: no instance-id in it", path)
	}
	return g, nil
}

func parseMetadata(text string) (g guest) {
	for line := range strings.Lines(text) {
		key, value, _ := strings.Cut(line, ":")
		value = strings.Trim(strings.TrimSpace(value), `"`)
		switch key {
		case "instance-id":
			g.instanceID = value
		case "local-hostname":
			g.hostname = value
		}
	}
	return g
}

// start brings up the agent and then ssh.
func (g guest) start(log io.Writer, failed chan<- error) error {
	if err := unix.Sethostname([]byte(g.hostname)); err != nil {
		return fmt.Errorf("set the hostname to %q: %w", g.hostname, err)
	}
	fmt.Fprintf(log, "namespace guest %s: mounts, loopback and accounts are set up\n", g.hostname)
	if err := startAgent(log); err != nil {
		return err
	}
	sshd, err := findSSHD()
	if err != nil {
		return err
	}
	if err := testSSHD(sshd); err != nil {
		return err
	}
	listener, err := net.FileListener(os.NewFile(listenerFD, "ssh listener"))
	if err != nil {
		return err
	}
	if err := os.WriteFile(sshReadyFile, []byte(g.instanceID+"\n"), 0o644); err != nil {
		return err
	}
	fmt.Fprintf(log, "ssh answers, by %s\n", sshd)
	go func() { failed <- serveSSH(listener, sshd) }()
	return nil
}

// testSSHD finds out now what every connection would run into.
func testSSHD(sshd string) error {
	out, err := asUser(exec.Command(sshd, "-t", "-f", "/run/sshd_config")).CombinedOutput()
	if err != nil {
		return fmt.Errorf("%s -t: %w", sshd, withLastWords(err, string(out)))
	}
	return nil
}

// serveSSH runs an sshd for each connection until it cannot accept any more.
func serveSSH(listener net.Listener, sshd string) error {
	for {
		conn, err := listener.Accept()
		if err != nil {
			return fmt.Errorf("accept ssh: %w", err)
		}
		if err := startSSHD(conn.(*net.TCPConn), sshd); err != nil {
			fmt.Fprintln(os.Stderr, "nsguest: ssh connection dropped:", err)
		}
	}
}

func startSSHD(conn *net.TCPConn, sshd string) error {
	defer conn.Close()
	file, err := conn.File()
	if err != nil {
		return err
	}
	defer file.Close()
	cmd := asUser(exec.Command(sshd, "-i", "-e", "-f", "/run/sshd_config"))
	cmd.Stdin, cmd.Stdout, cmd.Stderr = file, file, os.Stderr
	if err := cmd.Start(); err != nil {
		return err
	}
	go func() { _ = cmd.Wait() }() // until the connection ends
	return nil
}

// provision runs the instance's scripts and reports the end of the boot. As in
// a real guest, a script that fails does not keep the guest from booting. What a
// script mounts ends with it.
func (g guest) provision(log *os.File) error {
	for _, folder := range []string{"provision.system", "provision.user"} {
		scripts, err := filepath.Glob(filepath.Join(cidata, folder, "*"))
		if err != nil {
			return err
		}
		for _, script := range scripts {
			fmt.Fprintln(log, "LIMA| Executing", script)
			cmd := asInnerRoot(exec.Command("/bin/bash", script))
			cmd.Stdout, cmd.Stderr = log, log
			if err := cmd.Run(); err != nil {
				fmt.Fprintf(log, "LIMA| WARNING: Failed to execute %s: %v\n", script, err)
			}
		}
	}
	if err := os.WriteFile(bootDoneFile, []byte(g.instanceID+"\n"), 0o644); err != nil {
		return err
	}
	_, err := fmt.Fprintln(log, "Cloud-init stand-in finished") // Lima looks for the two words
	return err
}

// startAgent starts the guest agent and waits until it listens. In plain mode
// an instance has none.
func startAgent(log io.Writer) error {
	if _, err := os.Stat(filepath.Join(cidata, "lima-guestagent")); err != nil {
		return nil // plain mode
	}
	ready, agentReady, err := os.Pipe()
	if err != nil {
		return err
	}
	defer ready.Close()
	cmd := exec.Command("/proc/self/exe", AgentCommand) // not by its path: that may be below /tmp
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	cmd.ExtraFiles = []*os.File{agentReady} // readyFD
	err = cmd.Start()
	agentReady.Close()
	if err != nil {
		return fmt.Errorf("guest agent: %w", err)
	}
	go func() { fmt.Fprintln(os.Stderr, "nsguest: the guest agent ended:", cmd.Wait()) }() // with the guest
	if n, _ := ready.Read(make([]byte, 1)); n == 0 {
		return errAgentFailed
	}
	fmt.Fprintln(log, "the guest agent listens on", agentSocket)
	return nil
}

var errAgentFailed = errors.New("the guest agent ended before it listened; serial.log has its reason")
