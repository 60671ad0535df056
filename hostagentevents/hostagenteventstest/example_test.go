// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagenteventstest_test

import (
	"context"
	"fmt"
	"os"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

// A test of a program that follows a hostagent: boot, restart, and the guest's
// end, in as many lines.
func ExampleHostagent() {
	dir, err := os.MkdirTemp("", "instance-") // t.TempDir() in a test
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)

	agent := hostagenteventstest.New(dir)
	agent.Boot()
	var state hostagentevents.State
	for event, err := range hostagentevents.Events(context.Background(), agent.Stdout, agent.Stderr) {
		if err != nil {
			fmt.Println(err)
			return
		}
		var changes []hostagentevents.Change
		state, changes = state.Apply(event)
		for _, change := range changes {
			fmt.Println(change)
		}
		switch {
		case state.Phase == hostagentevents.Running && state.Run == 1:
			agent.Exit("")
		case state.Exited && state.Run == 1:
			agent.Boot()
		case state.Phase == hostagentevents.Running:
			agent.Exit("the guest is gone")
		case state.Exited:
			return
		}
	}
	// Output:
	// run 1
	// Unknown -> Starting
	// ssh at port 60022
	// cloud-init active
	// cloud-init active: Cloud-init v. 24 running 'init'
	// cloud-init completed: Cloud-init v. 24 finished
	// Starting -> Running
	// Running -> Exiting
	// exiting
	// run 2
	// Unknown -> Starting
	// ssh at port 60022
	// cloud-init active
	// cloud-init active: Cloud-init v. 24 running 'init'
	// cloud-init completed: Cloud-init v. 24 finished
	// Starting -> Running
	// Running -> Exiting
	// exiting: the guest is gone
}
