// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"os"
	"os/exec"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"golang.org/x/mod/modfile"
)

// released are the folders of the modules that get versions of their own.
var released = []string{"tail", "hostagentevents", "rdd"}

// standIns are the modules that bear the paths of those that they stand in for.
var standIns = map[string]string{
	"tail/compat/nxadm":   "github.com/nxadm/tail",
	"tail/compat/hpcloud": "github.com/hpcloud/tail",
}

// goLines are the go lines of the modules in these folders and of those nested in them.
var goLines = map[string]string{
	"tail":            "1.25.0",
	"hostagentevents": "1.25.0",
	"rdd":             "1.26.0",
	"tools":           "1.26.0",
}

// raised are the go lines of modules whose dependencies want a later one.
var raised = map[string]string{"tools/goreleaser": "1.26.3"}

// untidy are modules whose `go mod tidy` cannot be asked for. Both hold a tool and no code of ours.
var untidy = map[string]string{
	"tools/golangci":   "the tests of all linters would have to be fetched for it",
	"tools/goreleaser": "a test of one of its dependencies needs a module that not every module proxy may serve",
}

func modules(t *testing.T, repo *Repo) map[string]*modfile.File {
	t.Helper()
	found, err := repo.Modules()
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range released {
		if found[folder] == nil {
			t.Fatalf("%s/go.mod is missing", folder)
		}
	}
	return found
}

// moduleOf is the folder of the module that a file belongs to, "" for none.
func moduleOf(modules map[string]*modfile.File, name string) string {
	for folder := path.Dir(name); folder != "."; folder = path.Dir(folder) {
		if modules[folder] != nil {
			return folder
		}
	}
	return ""
}

func TestGoLines(t *testing.T) {
	for folder, file := range modules(t, open(t)) {
		top, _, _ := strings.Cut(folder, "/")
		want := goLines[top]
		if line, ok := raised[folder]; ok {
			want = line
		}
		if file.Go == nil || file.Go.Version != want {
			t.Errorf("%s/go.mod must have the line: go %s", folder, want)
		}
		if file.Toolchain != nil {
			t.Errorf("%s/go.mod must have no toolchain line", folder)
		}
	}
}

func TestModulePaths(t *testing.T) {
	for folder, file := range modules(t, open(t)) {
		want := Namespace + folder
		if original, ok := standIns[folder]; ok {
			want = original
		}
		if file.Module.Mod.Path != want {
			t.Errorf("%s/go.mod: the module must be named %s, not %s", folder, want, file.Module.Mod.Path)
		}
	}
}

func TestImportsRunOneWay(t *testing.T) {
	allowed := map[string][]string{
		"tail":            nil,
		"hostagentevents": {"tail"},
		"rdd":             {"tail", "hostagentevents"},
	}
	found := modules(t, open(t))
	for _, folder := range released {
		for _, require := range found[folder].Require {
			sibling, ours := strings.CutPrefix(require.Mod.Path, Namespace)
			if ours && !slices.Contains(allowed[folder], sibling) {
				t.Errorf("%s/go.mod must not require %s: imports run rdd -> hostagentevents -> tail", folder, require.Mod.Path)
			}
		}
	}
}

func TestReplaces(t *testing.T) {
	for folder, file := range modules(t, open(t)) {
		for _, replace := range file.Replace {
			switch {
			case folder == "tail":
				t.Errorf("tail/go.mod must replace nothing: %s", replace.Old.Path)
			case slices.Contains(released, folder) && !strings.HasPrefix(replace.Old.Path, Namespace):
				t.Errorf("%s/go.mod replaces %s: importers ignore that, so their build would differ", folder, replace.Old.Path)
			}
		}
	}
}

// TestSiblingVersions wants one version of each sibling throughout: its next release.
func TestSiblingVersions(t *testing.T) {
	versions := map[string]string{}
	for folder, file := range modules(t, open(t)) {
		for _, require := range file.Require {
			if !strings.HasPrefix(require.Mod.Path, Namespace) {
				continue
			}
			sibling, version := require.Mod.Path, require.Mod.Version
			if before, ok := versions[sibling]; ok && before != version {
				t.Errorf("%s/go.mod requires %s %s, another module %s: all require the next release", folder, sibling, version, before)
			}
			versions[sibling] = version
		}
	}
}

func TestGoModTidy(t *testing.T) {
	repo := open(t)
	for folder := range modules(t, repo) {
		if why, ok := untidy[folder]; ok {
			t.Logf("%s: not checked: %s", folder, why)
			continue
		}
		t.Run(folder, func(t *testing.T) {
			cmd := exec.Command("go", "mod", "tidy", "-diff")
			cmd.Dir = filepath.Join(repo.Root, folder)
			cmd.Env = append(os.Environ(), "GOWORK=off")
			if out, err := cmd.CombinedOutput(); err != nil {
				t.Errorf("run `GOWORK=off go mod tidy` in %s:\n%s", folder, out)
			}
		})
	}
}

func TestEveryModuleHasItsPages(t *testing.T) {
	repo := open(t)
	for _, folder := range released {
		for _, name := range []string{"README.md", "CHANGELOG.md", "LICENSE"} {
			if !repo.Has(folder + "/" + name) {
				t.Errorf("%s/%s is missing", folder, name)
			}
		}
	}
	for _, name := range []string{"README.md", "CONTRIBUTING.md", "NOTICE", "LICENSE-MIT", "LICENSE-APACHE", "go.work"} {
		if !repo.Has(name) {
			t.Errorf("%s is missing", name)
		}
	}
}

// TestLimaVersion keeps the version that a release tells Lima it is at the one that it is built with.
func TestLimaVersion(t *testing.T) {
	repo := open(t)
	config := string(read(t, repo, ".goreleaser.yaml"))
	for _, require := range modules(t, repo)["rdd"].Require {
		if require.Mod.Path != "github.com/lima-vm/lima/v2" {
			continue
		}
		flag := "-X github.com/lima-vm/lima/v2/pkg/version.Version=" + strings.TrimPrefix(require.Mod.Version, "v")
		if !strings.Contains(config, flag) {
			t.Errorf(".goreleaser.yaml must build rdd with %s", flag)
		}
		return
	}
	t.Error("rdd/go.mod must require github.com/lima-vm/lima/v2")
}
