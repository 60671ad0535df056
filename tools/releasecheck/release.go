// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

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

// release is one rehearsal: the modules' next versions, and the folders that it works in.
type release struct {
	repo     *rules.Repo
	versions map[string]string // by folder
	copies   string            // the modules without replace lines
	proxy    string            // what a GOPROXY serves
	goTool   goTool
}

func newRelease(root, temp string) (*release, error) {
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
	return &release{
		repo:     repo,
		versions: nextVersions(modules),
		copies:   filepath.Join(temp, "copies"),
		proxy:    proxy,
		goTool:   tool,
	}, nil
}

// nextVersions are those that the siblings require.
func nextVersions(modules map[string]*modfile.File) map[string]string {
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

// publish puts a module into the proxy, as it would be tagged.
func (r *release) publish(folder string) error {
	if err := r.copy(folder); err != nil {
		return err
	}
	dir := filepath.Join(r.copies, folder)
	if err := dropReplaces(filepath.Join(dir, "go.mod")); err != nil {
		return err
	}
	// The checksums of the siblings come in.
	if _, err := r.goTool.run(dir, "mod", "tidy"); err != nil {
		return err
	}
	return r.serve(dir, module.Version{Path: rules.Namespace + folder, Version: r.versions[folder]})
}

// copy takes what git knows, or would add, of a module's folder.
func (r *release) copy(folder string) error {
	for _, name := range r.repo.Files {
		if !strings.HasPrefix(name, folder+"/") {
			continue
		}
		data, err := r.repo.Read(name)
		if err != nil {
			return err
		}
		if err := writeFile(filepath.Join(r.copies, filepath.FromSlash(name)), data); err != nil {
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
func (r *release) serve(dir string, version module.Version) error {
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
		if err := writeFile(filepath.Join(base, name), data); err != nil {
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
	fmt.Printf("releasecheck: %s %s is served\n", version.Path, version.Version)
	return nil
}

func writeFile(name string, data []byte) error {
	if err := os.MkdirAll(filepath.Dir(name), 0o700); err != nil {
		return err
	}
	return os.WriteFile(name, data, 0o600)
}
