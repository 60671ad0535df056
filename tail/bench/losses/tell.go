// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/logwriter"
)

func tellRows(s settings) []row {
	r := row{
		situation: "Tell while reading", counts: []string{"race detector"},
		must: "none", met: says("none"),
		play: playTell, libraries: true, command: withRaceDetector, limit: 5 * time.Minute,
	}
	if !s.Race {
		r.without = "needs -race"
	}
	return []row{r}
}

// withRaceDetector builds this program anew. It must be started in its module.
func withRaceDetector(_, dir string) (*exec.Cmd, error) {
	exe := filepath.Join(dir, "losses-race")
	build := exec.Command("go", "build", "-race", "-o", exe, "github.com/rancher-sandbox/rancher-desktop-daemon/tail/bench/losses")
	build.Env = append(os.Environ(), "GOWORK=off", "CGO_ENABLED=1")
	build.Stderr = os.Stderr
	return exec.Command(exe), build.Run()
}

// asked is a log that is rotated while its follower is asked where it is.
var asked = logwriter.Plan{Lines: 20_000, PerSecond: 10_000, Rotation: logwriter.Rename, Every: 500}

// playTell asks once a millisecond. A race makes the process end
// with raceExit.
func playTell(c contestant, dir string) (result, error) {
	f, err := c.follow(filepath.Join(dir, "log"), options{})
	if err != nil {
		return result{}, err
	}
	go func() { // to the end of the process
		for {
			_, _ = f.(library).Tell() // some fail between two files
			time.Sleep(time.Millisecond)
		}
	}()
	_, err = writing{plan: asked}.drain(f, filepath.Join(dir, "log"))
	return word("none"), err
}
