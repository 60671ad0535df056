// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package release makes the modules of this repository available as a release would: the zip of each as a module proxy
// has it, without the replace lines that tie the modules together here, served from a file:// GOPROXY.
package release

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"golang.org/x/mod/modfile"
	"golang.org/x/mod/module"
	"golang.org/x/mod/zip"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tools/rules"
)

// firstVersion is the version of a module that no sibling requires.
const firstVersion = "v0.1.0"

// Rehearsal is one release that is rehearsed.
type Rehearsal struct {
	// Versions are the modules' next versions, by folder.
	Versions map[string]string
	// Copies is the folder with the modules that are served, without replace lines.
	Copies string
	// Go has those modules at hand.
	Go GoTool

	repo  *rules.Repo
	proxy string // what a GOPROXY serves
}

// New prepares a rehearsal of the modules in these folders of the checkout at root, with all that it writes below temp.
func New(root, temp string, folders []string) (*Rehearsal, error) {
	repo, err := rules.Open(root)
	if err != nil {
		return nil, err
	}
	modules, err := repo.Modules()
	if err != nil {
		return nil, err
	}
	proxy := filepath.Join(temp, "proxy")
	tool, err := newGoTool(proxy, filepath.Join(temp, "modcache"))
	if err != nil {
		return nil, err
	}
	return &Rehearsal{
		Versions: nextVersions(modules, folders),
		Copies:   filepath.Join(temp, "copies"),
		Go:       tool,
		repo:     repo,
		proxy:    proxy,
	}, nil
}

// nextVersions are those that the siblings require.
func nextVersions(modules map[string]*modfile.File, folders []string) map[string]string {
	versions := map[string]string{}
	for _, folder := range folders {
		versions[folder] = firstVersion
	}
	for _, file := range modules {
		for _, require := range file.Require {
			if folder, ours := strings.CutPrefix(require.Mod.Path, rules.Namespace); ours {
				versions[folder] = require.Mod.Version
			}
		}
	}
	return versions
}

// Publish puts a module into the proxy, as it would be tagged. What it imports of ours is there before.
func (r *Rehearsal) Publish(folder string) error {
	if err := r.copy(folder); err != nil {
		return err
	}
	dir := filepath.Join(r.Copies, folder)
	if err := dropReplaces(filepath.Join(dir, "go.mod")); err != nil {
		return err
	}
	// The checksums of the siblings come in.
	if _, err := r.Go.Run(dir, "mod", "tidy"); err != nil {
		return err
	}
	return r.serve(dir, module.Version{Path: rules.Namespace + folder, Version: r.Versions[folder]})
}

// copy takes what git knows, or would add, of a module's folder.
func (r *Rehearsal) copy(folder string) error {
	for _, name := range r.repo.Files {
		if !strings.HasPrefix(name, folder+"/") {
			continue
		}
		data, err := r.repo.Read(name)
		if err != nil {
			return err
		}
		if err := WriteFile(filepath.Join(r.Copies, filepath.FromSlash(name)), data); err != nil {
			return err
		}
	}
	return nil
}

func dropReplaces(name string) error {
	data, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	file, err := modfile.Parse(name, data, nil)
	if err != nil {
		return err
	}
	for _, replace := range file.Replace {
		if !strings.HasPrefix(replace.Old.Path, rules.Namespace) {
			return fmt.Errorf("go.mod replaces %s, and its users would not", replace.Old.Path)
		}
		if err := file.DropReplace(replace.Old.Path, replace.Old.Version); err != nil {
			return err
		}
	}
	file.Cleanup()
	data, err = file.Format()
	if err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}

// serve writes the four files of a version that the protocol of module proxies asks for.
func (r *Rehearsal) serve(dir string, version module.Version) error {
	if _, err := os.Stat(filepath.Join(dir, "LICENSE")); err != nil {
		return fmt.Errorf("its zip would hold no licence: %w", err)
	}
	gomod, err := os.ReadFile(filepath.Join(dir, "go.mod"))
	if err != nil {
		return err
	}
	base := filepath.Join(r.proxy, filepath.FromSlash(version.Path), "@v")
	info := fmt.Sprintf(`{"Version":%q,"Time":%q}`, version.Version, time.Now().UTC().Format(time.RFC3339))
	for name, data := range map[string][]byte{
		"list":                    []byte(version.Version + "\n"),
		version.Version + ".info": []byte(info),
		version.Version + ".mod":  gomod,
	} {
		if err := WriteFile(filepath.Join(base, name), data); err != nil {
			return err
		}
	}
	return writeZip(filepath.Join(base, version.Version+".zip"), version, dir)
}

func writeZip(name string, version module.Version, dir string) error {
	file, err := os.Create(name)
	if err != nil {
		return err
	}
	if err := errors.Join(zip.CreateFromDir(file, version, dir), file.Close()); err != nil {
		return err
	}
	fmt.Printf("%s %s is served\n", version.Path, version.Version)
	return nil
}

// WriteFile writes a file and makes the folders that it is in.
func WriteFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}
