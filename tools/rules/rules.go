// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

// Package rules holds the rules of this repository that a machine can check; its tests check them.
//
// The rules are about files as they are committed, so this package asks git which files there are: those it tracks,
// and those that a commit of everything would add.
package rules

import (
	"bytes"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/mod/modfile"
)

// Namespace is what every module's path begins with.
const Namespace = "github.com/rancher-sandbox/rancher-desktop-daemon/"

// Repo is a checkout of this repository.
type Repo struct {
	// Root is its top folder.
	Root string
	// Files are the paths of all files, with slashes, relative to Root.
	Files []string
}

// Open looks the files of the checkout at root up.
func Open(root string) (*Repo, error) {
	cmd := exec.Command("git", "-c", "safe.directory=*", "ls-files", "-z", "--cached", "--others", "--exclude-standard")
	cmd.Dir = root
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		return nil, fmt.Errorf("rules: git ls-files in %s: %w: %s", root, err, stderr.String())
	}
	repo := &Repo{Root: root}
	for name := range strings.SplitSeq(strings.TrimRight(string(out), "\x00"), "\x00") {
		// A file that is deleted but not yet committed as such is still listed.
		if info, err := os.Lstat(filepath.Join(root, name)); err == nil && info.Mode().IsRegular() {
			repo.Files = append(repo.Files, name)
		}
	}
	return repo, nil
}

// Read returns the content of one of Files.
func (r *Repo) Read(name string) ([]byte, error) {
	return os.ReadFile(filepath.Join(r.Root, filepath.FromSlash(name)))
}

// Has tells whether name is one of Files.
func (r *Repo) Has(name string) bool {
	return slices.Contains(r.Files, name)
}

// GoFiles are the Go source files, those in testdata aside.
func (r *Repo) GoFiles() []string {
	var files []string
	for _, name := range r.Files {
		if strings.HasSuffix(name, ".go") && !InTestdata(name) {
			files = append(files, name)
		}
	}
	return files
}

// Modules are the parsed go.mod files by the folder they are in, "." for none.
func (r *Repo) Modules() (map[string]*modfile.File, error) {
	modules := map[string]*modfile.File{}
	for _, name := range r.Files {
		if path.Base(name) != "go.mod" || InTestdata(name) {
			continue
		}
		data, err := r.Read(name)
		if err != nil {
			return nil, err
		}
		file, err := modfile.Parse(name, data, nil)
		if err != nil {
			return nil, fmt.Errorf("rules: %w", err)
		}
		modules[path.Dir(name)] = file
	}
	return modules, nil
}

// Syntax parses a Go file with its comments.
func (r *Repo) Syntax(name string) (*ast.File, error) {
	data, err := r.Read(name)
	if err != nil {
		return nil, err
	}
	return parser.ParseFile(token.NewFileSet(), name, data, parser.ParseComments|parser.SkipObjectResolution)
}

// InTestdata tells whether a path leads through a folder named testdata: what is in there is data, whatever its name.
func InTestdata(name string) bool {
	return strings.Contains("/"+name, "/testdata/")
}

// Licence is the SPDX identifier of the licence that a file is under.
func Licence(name string) string {
	if strings.HasPrefix(name, "tail/") {
		return "MIT"
	}
	return "Apache-2.0"
}
