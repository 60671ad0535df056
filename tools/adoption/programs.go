// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package main

import "os"

// program is somebody else's, that follows logs.
type program struct {
	name    string
	path    string // its module
	version string
	// replaced is the library that it imports, whose place ours takes.
	replaced string
	// changes are made to its source, where more than the replace line is to be tried.
	changes []change
	// tailing is the package that follows logs.
	tailing string
	// skip names the tests of that package that are left out, as go test -skip has it.
	skip string
	// added is a file of ours in testdata that is put into the copy at this place: a test of the tailing package, or a
	// program.
	added, at string
	// command is the package of that program; it is given the recordings of Lima's hostagents, and args before them.
	command string
	args    []string
}

// change is one replacement in a file, which must occur so many times.
type change struct {
	file, old, now string
	times          int
}

const (
	nxadm   = "github.com/nxadm/tail"
	hpcloud = "github.com/hpcloud/tail"

	limaVersion = "v2.2.0"
	watcher     = "pkg/hostagent/events/watcher.go"
)

// instead are the folders of the modules that take the places of these.
var instead = map[string]string{nxadm: "tail/compat/nxadm", hpcloud: "tail/compat/hpcloud"}

var programs = []program{
	{
		name: "lima", path: "github.com/lima-vm/lima/v2", version: limaVersion, replaced: nxadm,
		tailing: "./pkg/hostagent/events",
		added:   "lima.go.txt", at: "cmd/adoption/main.go", command: "./cmd/adoption",
	},
	{
		name: "lima-changed", path: "github.com/lima-vm/lima/v2", version: limaVersion,
		changes: limaChanges,
		tailing: "./pkg/hostagent/events",
		added:   "lima.go.txt", at: "cmd/adoption/main.go", command: "./cmd/adoption", args: []string{"-changed"},
	},
	{
		// Its own tests do not follow a file; ours does.
		name: "boulder", path: "github.com/letsencrypt/boulder", version: "v0.20251110.0", replaced: nxadm,
		tailing: "./log/validator",
		added:   "boulder.go.txt", at: "log/validator/adoption_test.go",
	},
	{
		name: "crowdsec", path: "github.com/crowdsecurity/crowdsec", version: "v1.7.3", replaced: nxadm,
		tailing: "./pkg/acquisition/modules/file", skip: asRoot("/^(permission_denied|PermissionDenied)$"),
	},
	{
		name: "ginkgo", path: "github.com/onsi/ginkgo", version: "v1.16.5", replaced: nxadm,
		tailing: "./internal/remote",
	},
	{
		name: "ginkgo-hpcloud", path: "github.com/onsi/ginkgo", version: "v1.12.0", replaced: hpcloud,
		tailing: "./internal/remote",
	},
}

// limaChanges are those of tail/ADOPTING.md.
var limaChanges = []change{
	{watcher, `"github.com/nxadm/tail"`, `"github.com/rancher-sandbox/rancher-desktop-daemon/tail"`, 1},
	{watcher, "MustExist: false,\n", "MustExist: false,\n\t\t\tCompleteLines: true,\n", 2},
	{watcher, ended("haStdoutTail", "break loop"), ended("haStdoutTail", "return haStdoutTail.Wait()"), 1},
	{watcher, ended("haStderrTail", "break loop"), ended("haStderrTail", "return haStderrTail.Wait()"), 1},
}

// ended is what Lima's watcher does when the lines of a tail come to an end.
func ended(tail, then string) string {
	return "case line := <-" + tail + ".Lines:\n\t\t\tif line == nil {\n\t\t\t\t" + then + "\n"
}

// asRoot are tests that are left out for root, whom no permission keeps from reading.
func asRoot(tests string) string {
	if os.Geteuid() != 0 {
		return ""
	}
	return tests
}
