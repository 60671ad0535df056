// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Command gen builds the guest agents that package guestagent embeds, from the
// Lima that this module requires. Its arguments are architectures as Go names
// them; without any, it builds for that of this machine.
package main

import (
	"compress/gzip"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"

	"github.com/lima-vm/lima/v2/pkg/limatype"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/guestagent"
)

const limaModule = "github.com/lima-vm/lima/v2"

func main() {
	architectures := os.Args[1:]
	if len(architectures) == 0 {
		architectures = []string{runtime.GOARCH}
	}
	for _, goarch := range architectures {
		if err := generate("bin", goarch); err != nil {
			fmt.Fprintf(os.Stderr, "gen: guest agent for %s: %v\n", goarch, err)
			os.Exit(1)
		}
	}
}

func generate(dir, goarch string) error {
	if err := os.MkdirAll(dir, 0o755); err != nil {
		return err
	}
	binary := filepath.Join(dir, "lima-guestagent."+goarch)
	defer os.Remove(binary)
	if err := build(binary, goarch); err != nil {
		return err
	}
	return compress(binary, filepath.Join(dir, guestagent.FileName(limatype.NewArch(goarch))))
}

func build(binary, goarch string) error {
	version, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", limaModule).Output()
	if err != nil {
		return fmt.Errorf("version of %s: %w", limaModule, err)
	}
	flags := "-s -w -X " + limaModule + "/pkg/version.Version=" + strings.TrimPrefix(strings.TrimSpace(string(version)), "v")
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags", flags, "-o", binary, limaModule+"/cmd/lima-guestagent")
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0", "GOOS=linux", "GOARCH="+goarch)
	cmd.Stdout, cmd.Stderr = os.Stdout, os.Stderr
	return cmd.Run()
}

func compress(from, to string) error {
	binary, err := os.ReadFile(from)
	if err != nil {
		return err
	}
	out, err := os.Create(to)
	if err != nil {
		return err
	}
	defer out.Close()
	packed, err := gzip.NewWriterLevel(out, gzip.BestCompression)
	if err != nil {
		return err
	}
	if _, err := packed.Write(binary); err != nil {
		return err
	}
	if err := packed.Close(); err != nil {
		return err
	}
	return out.Close()
}
