// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"embed"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/internal/release"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/rules"
)

//go:embed testdata
var programs embed.FS

// user is somebody outside who uses a module.
type user struct {
	module string // its folder
	// program is a source file in testdata that imports the module; it is built and run.
	program string
	// command is a package of the module that is installed and run with args.
	command string
	args    []string
	// prints is what the run must print, among other things.
	prints string
}

var users = []user{
	{module: "tail", program: "tail.go.txt", prints: "first\nsecond\n"},
	{module: "tail", command: "/cmd/gotail", args: []string{"-n", "1", "go.mod"}, prints: "end of go.mod"},
	{module: "hostagentevents", program: "hostagentevents.go.txt", prints: "port 60022\nexiting\n"},
	{module: "rdd", command: "/cmd/rdd", args: []string{"--help"}, prints: "demo"},
}

func tryAll(r *release.Rehearsal, dir string) error {
	for number, user := range users {
		place := filepath.Join(dir, fmt.Sprint(number))
		if err := try(r, user, place); err != nil {
			return fmt.Errorf("an outside user of %s%s: %w", user.module, user.command, err)
		}
		fmt.Printf("releasecheck: an outside user of %s%s builds and runs\n", user.module, user.command)
	}
	return nil
}

func try(r *release.Rehearsal, user user, dir string) error {
	build := install
	if user.program != "" {
		build = compile
	}
	binary, err := build(r, user, dir)
	if err != nil {
		return err
	}
	out, err := r.Go.Output(dir, binary, user.args...)
	if err != nil {
		return err
	}
	if !strings.Contains(out, user.prints) {
		return fmt.Errorf("it prints %q instead of %q", out, user.prints)
	}
	return nil
}

// compile builds a program of the user's own that requires the module.
func compile(r *release.Rehearsal, user user, dir string) (string, error) {
	source, err := programs.ReadFile("testdata/" + user.program)
	if err != nil {
		return "", err
	}
	if err := release.WriteFile(filepath.Join(dir, "main.go"), source); err != nil {
		return "", err
	}
	gomod := fmt.Sprintf("module example.com/user\n\ngo 1.25.0\n\nrequire %s %s\n",
		rules.Namespace+user.module, r.Versions[user.module])
	if err := release.WriteFile(filepath.Join(dir, "go.mod"), []byte(gomod)); err != nil {
		return "", err
	}
	// What the module was tested with, so that no checksum has to be asked for again.
	sums, err := os.ReadFile(filepath.Join(r.Copies, user.module, "go.sum"))
	if err != nil {
		return "", err
	}
	if err := release.WriteFile(filepath.Join(dir, "go.sum"), sums); err != nil {
		return "", err
	}
	binary := filepath.Join(dir, "user.exe")
	_, err = r.Go.Run(dir, "build", "-o", binary, ".")
	return binary, err
}

// install is `go install package@version`, which refuses modules with replace lines.
func install(r *release.Rehearsal, user user, dir string) (string, error) {
	if err := release.WriteFile(filepath.Join(dir, "go.mod"), []byte("module example.com/user\n// end of go.mod\n")); err != nil {
		return "", err
	}
	tool := r.Go.With("GOBIN=" + dir)
	path := rules.Namespace + user.module + user.command
	if _, err := tool.Run(dir, "install", path+"@"+r.Versions[user.module]); err != nil {
		return "", err
	}
	binaries, err := filepath.Glob(filepath.Join(dir, filepath.Base(path)+"*"))
	if err != nil || len(binaries) != 1 {
		return "", fmt.Errorf("go install of %s left no binary", path)
	}
	return binaries[0], nil
}
