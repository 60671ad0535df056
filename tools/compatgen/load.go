// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import (
	"fmt"
	"go/types"
	"os"
	"path"
	"path/filepath"

	"golang.org/x/tools/go/packages"
)

// original is a module that one of ours stands in for.
type original struct {
	folder, module, version string
}

var originals = []original{
	{"tail/compat/nxadm", "github.com/nxadm/tail", "v1.4.11"},
	{"tail/compat/hpcloud", "github.com/hpcloud/tail", "v1.0.0"},
}

// bench is a module that requires the originals themselves.
const bench = "tail/bench"

// load returns the types of packages as the module in a folder has them, for a system.
func load(folder, system string, paths ...string) ([]*packages.Package, error) {
	config := &packages.Config{
		Mode: packages.NeedName | packages.NeedTypes | packages.NeedImports | packages.NeedModule,
		Dir:  folder,
		Env:  append(os.Environ(), "GOWORK=off", "CGO_ENABLED=0", "GOOS="+system),
	}
	found, err := packages.Load(config, paths...)
	if err != nil {
		return nil, err
	}
	for _, pkg := range found {
		if len(pkg.Errors) > 0 {
			return nil, pkg.Errors[0]
		}
	}
	return found, nil
}

// packages returns those of the module's packages that others may import: the top one, and the named ones below it.
func (o original) packages(root, system string, below ...string) ([]*types.Package, error) {
	var paths []string
	for _, name := range below {
		paths = append(paths, path.Join(o.module, name))
	}
	loaded, err := load(filepath.Join(root, bench), system, paths...)
	if err != nil {
		return nil, err
	}
	var found []*types.Package
	for _, pkg := range loaded {
		if pkg.Module == nil || pkg.Module.Version != o.version || pkg.Module.Replace != nil {
			return nil, fmt.Errorf("%s/go.mod must require %s %s itself", bench, o.module, o.version)
		}
		found = append(found, pkg.Types)
	}
	return found, nil
}
