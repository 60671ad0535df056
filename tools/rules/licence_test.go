// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"maps"
	"path"
	"slices"
	"strings"
	"testing"
)

// open is the checkout that this test stands in.
func open(t *testing.T) *Repo {
	t.Helper()
	repo, err := Open("../..")
	if err != nil {
		t.Fatal(err)
	}
	return repo
}

func read(t *testing.T, repo *Repo, name string) []byte {
	t.Helper()
	data, err := repo.Read(name)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// commentOf is how a line of comment begins in a source file, "" for a file that is none.
func commentOf(name string, data []byte) string {
	switch {
	case InTestdata(name) && path.Ext(name) != ".go":
		return ""
	case path.Ext(name) == ".go", path.Ext(name) == ".c":
		return "//"
	case slices.Contains([]string{".sh", ".yaml", ".yml", ".toml", ".mk"}, path.Ext(name)),
		slices.Contains([]string{"Makefile", "Dockerfile", ".gitignore", ".gitattributes"}, path.Base(name)),
		bytes.HasPrefix(data, []byte("#!")):
		return "#"
	}
	return ""
}

func TestSourceFilesBeginWithTheirLicence(t *testing.T) {
	repo := open(t)
	for _, name := range repo.Files {
		data := read(t, repo, name)
		comment := commentOf(name, data)
		if comment == "" {
			continue
		}
		if bytes.HasPrefix(data, []byte("#!")) {
			_, data, _ = bytes.Cut(data, []byte("\n"))
		}
		want := comment + " SPDX-FileCopyrightText: The rancher-desktop-daemon authors\n" +
			comment + " SPDX-License-Identifier: " + Licence(name) + "\n"
		if !bytes.HasPrefix(data, []byte(want)) {
			t.Errorf("%s must begin with (after a #! line):\n%s", name, want)
		}
	}
}

func TestLicenceTexts(t *testing.T) {
	repo := open(t)
	texts := map[string][]byte{"MIT": read(t, repo, "LICENSE-MIT"), "Apache-2.0": read(t, repo, "LICENSE-APACHE")}
	if !bytes.Contains(texts["MIT"], []byte("Copyright (c) The rancher-desktop-daemon authors\n")) {
		t.Error("LICENSE-MIT must name the rancher-desktop-daemon authors")
	}
	if !bytes.Contains(texts["Apache-2.0"], []byte("Version 2.0, January 2004\n")) {
		t.Error("LICENSE-APACHE must hold version 2.0 of the Apache License")
	}
	for _, module := range slices.Concat(released, []string{"tail/compat"}, slices.Sorted(maps.Keys(standIns))) {
		name := module + "/LICENSE"
		if !repo.Has(name) {
			t.Errorf("%s is missing: a module's zip holds only its own folder", name)
		} else if !bytes.Equal(read(t, repo, name), texts[Licence(name)]) {
			t.Errorf("%s must hold the text of the %s licence alone, as at the top of the repository", name, Licence(name))
		}
	}
}

func TestNoticeCreditsTheInterface(t *testing.T) {
	repo := open(t)
	for _, name := range []string{"NOTICE", "tail/README.md"} {
		text := string(read(t, repo, name))
		for _, peer := range []string{"nxadm/tail", "hpcloud/tail"} {
			if !strings.Contains(text, peer) {
				t.Errorf("%s must credit %s for the interface", name, peer)
			}
		}
	}
}

func TestLinterConfigurationsAgree(t *testing.T) {
	repo := open(t)
	top := strings.Replace(string(read(t, repo, ".golangci.yaml")), "Apache-2.0", "MIT", 1)
	if string(read(t, repo, "tail/.golangci.yaml")) != top {
		t.Error("tail/.golangci.yaml must differ from .golangci.yaml in its licence alone")
	}
}
