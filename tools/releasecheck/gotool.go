// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/rules"
)

// goTool runs the go command as somebody has it who never saw this repository's checkout, with our proxy before theirs.
type goTool struct {
	env []string
}

// newGoTool gives the go command a module cache of its own, for versions rehearsed before must not be found in the
// caller's. What the caller's already holds of other modules is served from there.
func newGoTool(proxy, modcache string) (goTool, error) {
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY", "GONOSUMDB").Output()
	if err != nil {
		return goTool{}, fmt.Errorf("go env: %w", err)
	}
	theirs := strings.Split(string(out), "\n")
	proxies := []string{fileURL(proxy), fileURL(filepath.Join(theirs[0], "cache", "download")), theirs[1]}
	return goTool{env: append(
		os.Environ(),
		"GOWORK=off",
		"GOMODCACHE="+modcache,
		"GOPROXY="+strings.Join(proxies, ","),
		"GONOSUMDB="+strings.TrimPrefix(theirs[2]+",", ",")+rules.Namespace+"*",
		"GOPRIVATE=",
		"GONOPROXY=none",
		// -trimpath: what is compiled does not depend on where the module cache is, so that it is found next time.
		"GOFLAGS=-mod=mod -modcacherw -trimpath -buildvcs=false",
		"CGO_ENABLED=0",
	)}, nil
}

func fileURL(path string) string {
	path = filepath.ToSlash(path)
	if !strings.HasPrefix(path, "/") { // a drive's letter
		path = "/" + path
	}
	return "file://" + path
}

// run returns what the command printed; a failure carries it too.
func (g goTool) run(dir string, args ...string) (string, error) {
	return g.output(dir, "go", args...)
}

func (g goTool) output(dir, name string, args ...string) (string, error) {
	cmd := exec.Command(name, args...)
	cmd.Dir = dir
	cmd.Env = g.env
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	if err := cmd.Run(); err != nil {
		return "", fmt.Errorf("%s %s: %w\n%s", filepath.Base(name), strings.Join(args, " "), err, out.String())
	}
	return out.String(), nil
}
