// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/internal/release"
	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/rules"
)

//go:embed testdata
var testdata embed.FS

// trial is a program with our library under it.
type trial struct {
	program
	*release.Rehearsal
	dir  string // the copy of its module
	root string // of this repository
}

func (t trial) run() error {
	for _, step := range []func() error{t.copyModule, t.adopt, t.add, t.build, t.test, t.execute} {
		if err := step(); err != nil {
			return err
		}
	}
	return os.RemoveAll(t.dir)
}

// copyModule takes the module from the proxy.
func (t trial) copyModule() error {
	if err := os.MkdirAll(filepath.Dir(t.dir), 0o700); err != nil {
		return err
	}
	out, err := t.Go.Run(filepath.Dir(t.dir), "mod", "download", "-json", t.path+"@"+t.version)
	if err != nil {
		return err
	}
	// What the go command says besides comes first.
	_, object, _ := strings.Cut(out, "{")
	var downloaded struct{ Dir string }
	if err := json.Unmarshal([]byte("{"+object), &downloaded); err != nil {
		return err
	}
	return os.CopyFS(t.dir, os.DirFS(downloaded.Dir))
}

// adopt adds the replace line, or makes the changes that are tried instead. What else go.mod and go.sum need, a line
// for each of our modules, the go command adds.
func (t trial) adopt() error {
	if t.replaced != "" {
		folder := instead[t.replaced]
		line := fmt.Sprintf("%s=%s%s@%s", t.replaced, rules.Namespace, folder, t.Versions[folder])
		if _, err := t.Go.Run(t.dir, "mod", "edit", "-replace", line); err != nil {
			return err
		}
	}
	if len(t.changes) == 0 {
		return nil
	}
	return t.change()
}

// change edits the source, and requires what it imports then.
func (t trial) change() error {
	for _, change := range t.changes {
		name := filepath.Join(t.dir, filepath.FromSlash(change.file))
		data, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		if found := strings.Count(string(data), change.old); found != change.times {
			return fmt.Errorf("%s has %q %d times, not %d", change.file, change.old, found, change.times)
		}
		if err := os.WriteFile(name, []byte(strings.ReplaceAll(string(data), change.old, change.now)), 0o600); err != nil {
			return err
		}
	}
	_, err := t.Go.Run(t.dir, "get", rules.Namespace+"tail@"+t.Versions["tail"])
	return err
}

func (t trial) add() error {
	if t.added == "" {
		return nil
	}
	data, err := testdata.ReadFile("testdata/" + t.added)
	if err != nil {
		return err
	}
	return release.WriteFile(filepath.Join(t.dir, filepath.FromSlash(t.at)), data)
}

// build compiles the package that follows logs, and makes sure that our library is what it stands on.
func (t trial) build() error {
	if _, err := t.Go.Run(t.dir, "build", t.tailing); err != nil {
		return err
	}
	out, err := t.Go.Run(t.dir, "list", "-deps", "-f", "{{with .Module}}{{.Path}} {{with .Replace}}{{.Path}}{{end}}{{end}}", t.tailing)
	if err != nil {
		return err
	}
	if !strings.Contains(out, rules.Namespace+"tail ") {
		return errors.New("our library is not what it stands on")
	}
	if t.replaced != "" && strings.Contains(out, t.replaced+" \n") {
		return fmt.Errorf("%s is not replaced", t.replaced)
	}
	out, err = t.Go.Run(t.dir, "list", "-m", "github.com/fsnotify/fsnotify")
	fmt.Print(out)
	return err
}

// test runs the program's own tests, and ours if it is one.
func (t trial) test() error {
	args := []string{"test", "-count=1", "-timeout=5m"}
	if t.skip != "" {
		args = append(args, "-skip", t.skip)
	}
	out, err := t.Go.Run(t.dir, append(args, t.tailing)...)
	fmt.Print(lastLine(out))
	return err
}

// execute runs our program in the copy on all recordings of Lima's hostagents.
func (t trial) execute() error {
	if t.command == "" {
		return nil
	}
	root, err := filepath.Abs(t.root)
	if err != nil {
		return err
	}
	recordings, err := filepath.Glob(filepath.Join(root, "hostagentevents", "testdata", "recordings", "*", "ha.stdout.log"))
	if err != nil || len(recordings) == 0 {
		return fmt.Errorf("there are no recordings (%w)", err)
	}
	binary := filepath.Join(t.dir, "adoption.exe")
	if _, err := t.Go.Run(t.dir, "build", "-o", binary, t.command); err != nil {
		return err
	}
	out, err := t.Go.Output(t.dir, binary, append(t.args, recordings...)...)
	fmt.Print(out)
	return err
}

func lastLine(text string) string {
	lines := strings.SplitAfter(strings.TrimSpace(text), "\n")
	return lines[len(lines)-1] + "\n"
}
