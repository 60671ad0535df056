// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package rules

import (
	"os"
	"path"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// TestCodeInReadmeRuns wants each piece of Go in tail's README to stand in an example as it is, but for its indentation.
func TestCodeInReadmeRuns(t *testing.T) {
	repo := open(t)
	var examples string
	for _, name := range repo.GoFiles() {
		if path.Dir(name) == "tail" && strings.HasPrefix(path.Base(name), "example_") {
			examples += outdented(string(read(t, repo, name)))
		}
	}
	pieces := regexp.MustCompile("(?s)```go\n(.*?)```").FindAllStringSubmatch(string(read(t, repo, "tail/README.md")), -1)
	if len(pieces) == 0 {
		t.Error("tail/README.md shows no code")
	}
	for _, piece := range pieces {
		if !strings.Contains(examples, "\n"+outdented(piece[1])) {
			t.Errorf("tail/README.md: not in tail/example_*_test.go:\n%s", piece[1])
		}
	}
}

func outdented(code string) string {
	var out strings.Builder
	for line := range strings.Lines(code) {
		out.WriteString(strings.TrimSpace(line) + "\n")
	}
	return out.String()
}

// TestLossesInReadme wants the rows that tail's README has of `make losses` to be those of its last run. With -update,
// which `make losses` asks for, they become so.
func TestLossesInReadme(t *testing.T) {
	const name = "tail/README.md"
	repo := open(t)
	counted := map[string]string{} // rows by their situation
	for line := range strings.Lines(string(read(t, repo, "tail/bench/LOSSES.md"))) {
		if cells := strings.Split(line, "|"); len(cells) == 8 { // the last cell, what ours must be, is left out
			for i := range cells {
				cells[i] = strings.TrimSpace(cells[i])
			}
			counted[cells[1]] = "| " + strings.Join(cells[1:6], " | ") + " |\n"
		}
	}
	before, table, _ := strings.Cut(string(read(t, repo, name)), "\n| situation |")
	table, after, _ := strings.Cut("| situation |"+table, "\n\n")
	var now strings.Builder
	for line := range strings.Lines(table + "\n") {
		situation := strings.TrimSpace(strings.Split(line, "|")[1])
		want, ok := counted[situation]
		switch {
		case strings.HasPrefix(situation, "---"):
			want = line
		case !ok:
			t.Errorf("%s: `make losses` does not count: %s", name, situation)
		case want != line && !*update:
			t.Errorf("%s: `make losses` counted\n%snot\n%s", name, want, line)
		}
		now.WriteString(want)
	}
	if *update && !t.Failed() {
		content := before + "\n" + now.String() + "\n" + after
		if err := os.WriteFile(filepath.Join(repo.Root, name), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}
