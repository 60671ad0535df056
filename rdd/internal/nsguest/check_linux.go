// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

// trialTimeout bounds the trial guest, which takes a few hundredths of a second.
const trialTimeout = 20 * time.Second

// Check says whether a guest can be made here, and what stands in the way when
// not. It looks for the programs that a guest needs and then makes one on trial,
// which ends at once and leaves nothing.
func Check(ctx context.Context) error {
	if missing := missingPrograms(); len(missing) > 0 {
		return fmt.Errorf("nsguest: not installed: %s", strings.Join(missing, ", "))
	}
	ctx, cancel := context.WithTimeout(ctx, trialTimeout)
	defer cancel()
	if out, err := exec.CommandContext(ctx, "ssh", "-V").CombinedOutput(); err != nil {
		return fmt.Errorf("nsguest: ssh does not work, as for a user whom the system does not know: %w", withLastWords(err, string(out)))
	}
	if err := trial(ctx); err != nil {
		return fmt.Errorf("nsguest: %w", explain(err))
	}
	return nil
}

// needed are the programs besides sshd, with their packages in Debian. ssh-keygen
// and bash are Lima's needs.
var needed = [][2]string{{"ssh", "openssh-client"}, {"ssh-keygen", "openssh-client"}, {"/bin/bash", "bash"}}

func missingPrograms() (missing []string) {
	if _, err := findSSHD(); err != nil {
		missing = append(missing, "sshd (Debian: openssh-server)")
	}
	for _, program := range needed {
		if _, err := exec.LookPath(program[0]); err != nil {
			missing = append(missing, fmt.Sprintf("%s (Debian: %s)", program[0], program[1]))
		}
	}
	return missing
}

// trial takes the steps that every guest begins with.
func trial(ctx context.Context) error {
	cmd, err := initCommand(checkOnly)
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Start(); err != nil {
		return err
	}
	defer context.AfterFunc(ctx, func() { _ = cmd.Process.Kill() })()
	err = cmd.Wait()
	if err != nil {
		return withLastWords(err, out.String())
	}
	return nil
}

// explain adds which setting of this machine most likely forbids namespaces.
func explain(err error) error {
	why := causes(err, os.Geteuid() == 0, sysctl)
	if len(why) == 0 {
		return fmt.Errorf("no namespace can be made here: %w", err)
	}
	return fmt.Errorf("no namespace can be made here: %w (%s)", err, strings.Join(why, "; "))
}

// causes lists what explains err, most telling first. sysctl reads a setting of
// the kernel; empty if there is none of that name.
func causes(err error, root bool, sysctl func(name string) string) (why []string) {
	switch {
	case sysctl("user/max_user_namespaces") == "0":
		why = append(why, "user.max_user_namespaces is 0")
	case errors.Is(err, syscall.ENOSPC):
		why = append(why, "all that user.max_user_namespaces allows are in use")
	}
	if !root && sysctl("kernel/unprivileged_userns_clone") == "0" {
		why = append(why, "kernel.unprivileged_userns_clone is 0")
	}
	if !root && sysctl("kernel/apparmor_restrict_unprivileged_userns") == "1" {
		why = append(why, "kernel.apparmor_restrict_unprivileged_userns is 1, as on Ubuntu since 23.10")
	}
	if strings.Contains(err.Error(), "mount proc") {
		why = append(why, "/proc is partly masked, as in an unprivileged container")
	}
	if errors.Is(err, syscall.ENOSYS) || errors.Is(err, syscall.EINVAL) {
		why = append(why, "this kernel lacks user namespaces")
	}
	if len(why) == 0 && errors.Is(err, syscall.EPERM) {
		why = append(why, "a seccomp filter, a chroot or missing capabilities forbid it, as in a container")
	}
	return why
}

func sysctl(name string) string {
	value, err := os.ReadFile("/proc/sys/" + name)
	if err != nil {
		return ""
	}
	return strings.TrimSpace(string(value))
}
