// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package release

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/rules"
)

// GoTool runs the go command as somebody has it who never saw this repository's checkout, with our proxy before theirs.
type GoTool struct {
	env []string
}

// With is the tool with more in its environment, as "NAME=value".
func (g GoTool) With(env ...string) GoTool {
	return GoTool{env: append(slices.Clone(g.env), env...)}
}

// newGoTool gives the go command a module cache of its own, for versions rehearsed before must not be found in the
// caller's. What the caller's already holds of other modules is served from there.
func newGoTool(proxy, modcache string) (GoTool, error) {
	out, err := exec.Command("go", "env", "GOMODCACHE", "GOPROXY", "GONOSUMDB").Output()
	if err != nil {
		return GoTool{}, fmt.Errorf("go env: %w", err)
	}
	theirs := strings.Split(string(out), "\n")
	proxies := []string{fileURL(proxy), fileURL(filepath.Join(theirs[0], "cache", "download")), theirs[1]}
	return GoTool{env: append(
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

// Run returns what the go command printed; a failure carries it too.
func (g GoTool) Run(dir string, args ...string) (string, error) {
	return g.Output(dir, "go", args...)
}

// Output is Run for another command.
func (g GoTool) Output(dir, name string, args ...string) (string, error) {
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
