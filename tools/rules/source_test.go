// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"bytes"
	"go/ast"
	"go/doc"
	"go/token"
	"path"
	"regexp"
	"slices"
	"strings"
	"testing"

	"mvdan.cc/gofumpt/format"
)

func syntax(t *testing.T, repo *Repo, name string) *ast.File {
	t.Helper()
	file, err := repo.Syntax(name)
	if err != nil {
		t.Fatal(err)
	}
	return file
}

func TestEveryPackageSaysWhatItIs(t *testing.T) {
	repo := open(t)
	sentences := map[string]string{} // by "folder package"
	for _, name := range repo.GoFiles() {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file := syntax(t, repo, name)
		key := path.Dir(name) + " " + file.Name.Name
		sentences[key] += file.Doc.Text()
	}
	for key, sentence := range sentences {
		folder, pkg, _ := strings.Cut(key, " ")
		want := "Package " + pkg + " "
		if pkg == "main" {
			want = "Command " + path.Base(folder) + " "
		}
		if !strings.HasPrefix(sentence, want) {
			t.Errorf("%s: the package needs one comment, that begins with %q", folder, want)
		}
	}
}

func TestGofumpt(t *testing.T) {
	repo := open(t)
	found := modules(t, repo)
	for _, name := range repo.GoFiles() {
		module := found[moduleOf(found, name)]
		if module == nil {
			t.Errorf("%s is in no module", name)
			continue
		}
		options := format.Options{LangVersion: "go" + module.Go.Version, ModulePath: module.Module.Mod.Path}
		data := read(t, repo, name)
		if formatted, err := format.Source(data, options); err != nil {
			t.Errorf("%s: %v", name, err)
		} else if !bytes.Equal(formatted, data) {
			t.Errorf("%s: run `gofumpt -w` on it", name)
		}
	}
}

// TestNoTestSleeps lets time.Sleep stand only where testing/synctest makes it a step of a fake clock.
func TestNoTestSleeps(t *testing.T) {
	repo := open(t)
	for _, name := range repo.GoFiles() {
		if !strings.HasSuffix(name, "_test.go") {
			continue
		}
		data := read(t, repo, name)
		if bytes.Contains(data, []byte("time.Sleep"+"(")) && !bytes.Contains(data, []byte(`"testing/synctest"`)) {
			t.Errorf("%s sleeps: wait for what the test means, with a channel or testing/synctest", name)
		}
	}
}

// TestNothingOfOneMachine looks for what only the machine of whoever wrote it knows.
func TestNothingOfOneMachine(t *testing.T) {
	rules := []struct {
		what    string
		pattern *regexp.Regexp
	}{
		{"a path of one machine", regexp.MustCompile(`(^|[\s"'=(:` + "`" + `])/(work|root)/`)},
		{"the host of a package registry", regexp.MustCompile(
			`\b(proxy|sum)\.golang\.(org|google\.cn)|\bgoproxy\.|artifactory|[a-z0-9]-[a-z]+\.pkg\.dev|deb\.debian\.org|registry\.npmjs|pypi\.org`)},
		{"a conflict marker", regexp.MustCompile(`^(<{7}|>{7}) `)},
	}
	repo := open(t)
	for _, name := range repo.Files {
		if strings.HasPrefix(name, "tools/rules/") || path.Base(name) == "go.sum" {
			continue
		}
		for number, line := range bytes.Split(read(t, repo, name), []byte("\n")) {
			for _, rule := range rules {
				if found := rule.pattern.Find(line); found != nil {
					t.Errorf("%s:%d: %s: %s", name, number+1, rule.what, bytes.TrimSpace(found))
				}
			}
		}
	}
}

// TestEntryPointsHaveExamples wants a runnable example of each exported function and of each type that iterates.
func TestEntryPointsHaveExamples(t *testing.T) {
	// Not how anybody starts: parts that examples of others show, or that exist for old callers.
	exempt := map[string]bool{"tail.NewLine": true, "tail.OpenFile": true}
	repo := open(t)
	for _, folder := range []string{"tail", "hostagentevents"} {
		examples := runnable(t, repo, folder)
		for _, name := range entryPoints(t, repo, folder) {
			if !exempt[folder+"."+name] && !hasExample(examples, name) {
				t.Errorf("%s.%s needs a func Example%s with an `// Output:` comment", folder, name, name)
			}
		}
	}
}

// hasExample accepts an example of the thing itself, with or without a suffix, of one of its methods, or of what makes it.
func hasExample(examples []string, name string) bool {
	return slices.ContainsFunc(examples, func(example string) bool {
		thing, _, _ := strings.Cut(example, "_")
		return thing == name || thing == "New"+name
	})
}

// runnable are the names of a package's examples that go test runs, not only compiles.
func runnable(t *testing.T, repo *Repo, folder string) []string {
	t.Helper()
	var tests []*ast.File
	for _, name := range repo.GoFiles() {
		if path.Dir(name) == folder && strings.HasSuffix(name, "_test.go") {
			tests = append(tests, syntax(t, repo, name))
		}
	}
	var names []string
	for _, example := range doc.Examples(tests...) {
		if example.Output != "" || example.EmptyOutput {
			names = append(names, example.Name)
		}
	}
	return names
}

// entryPoints are the exported functions of a package that are not deprecated, and its types that iterate.
func entryPoints(t *testing.T, repo *Repo, folder string) []string {
	t.Helper()
	var names []string
	for _, name := range repo.GoFiles() {
		if path.Dir(name) != folder || strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, decl := range syntax(t, repo, name).Decls {
			if entry := entryPoint(decl); entry != "" {
				names = append(names, entry)
			}
		}
	}
	return names
}

func entryPoint(decl ast.Decl) string {
	fun, ok := decl.(*ast.FuncDecl)
	if !ok || !fun.Name.IsExported() || strings.Contains(fun.Doc.Text(), "Deprecated:") {
		return ""
	}
	if fun.Recv == nil {
		return fun.Name.Name
	}
	if star, ok := fun.Recv.List[0].Type.(*ast.StarExpr); ok && fun.Name.Name == "Lines" {
		if receiver, ok := star.X.(*ast.Ident); ok && token.IsExported(receiver.Name) {
			return receiver.Name
		}
	}
	return ""
}
