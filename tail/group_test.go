// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"log"
	"path/filepath"
	"strconv"
	"sync"
	"testing"
)

// TestGroupFilesHaveOneConfig where they are followed alike, wherever each was begun.
func TestGroupFilesHaveOneConfig(t *testing.T) {
	logger := log.New(t.Output(), "", 0)
	for name, configs := range map[string][2]Config{
		"zero":      {},
		"logger":    {{Logger: logger}, {Logger: logger}},
		"defaults":  {{PollInterval: DefaultPollInterval}, {}},
		"locations": {{Location: &SeekInfo{Offset: 1}}, {Location: &SeekInfo{Offset: 2}}},
		"location":  {{}, {Location: &SeekInfo{Offset: 2}}},
	} {
		t.Run(name, func(t *testing.T) {
			g := new(Group)
			defer g.Close()
			var cfg [2]*Config
			for i, config := range configs {
				path := filepath.Join(scratchFolder(t), "log")
				put(t, path, "one\n")
				must(t, g.Add(path, config))
				cfg[i] = g.state().members[keyOf(path)].f.cfg
			}
			if cfg[0] != cfg[1] {
				t.Errorf("each has its own:\n%+v\n%+v", *cfg[0], *cfg[1])
			}
		})
	}
}

// TestGroupAddsBesideAdds of files with other settings: whose are shared is decided
// anew by each.
func TestGroupAddsBesideAdds(t *testing.T) {
	dir := scratchFolder(t)
	g := new(Group)
	defer g.Close()
	var wg sync.WaitGroup
	for i := range 8 {
		path := filepath.Join(dir, strconv.Itoa(i))
		put(t, path, "one\n")
		wg.Go(func() {
			for k := range 500 {
				if err := g.Add(path, Config{MaxLineSize: 1 + (k/3+i)%2}); err != nil {
					t.Error(err)
					return
				}
				if err := g.Remove(path); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
}
