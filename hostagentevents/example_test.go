// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents_test

import (
	"context"
	"fmt"
	"log/slog"
	"os"
	"time"

	"github.com/go-logr/logr"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
)

// What a supervisor does: act on each event until the hostagent ends.
func ExampleWatch() {
	const dir = "testdata/recordings/12-ns-plain-stop"
	err := hostagentevents.Watch(context.Background(), dir+"/ha.stdout.log", dir+"/ha.stderr.log", time.Time{},
		func(event hostagentevents.Event) bool {
			switch status := event.Status; {
			case status.Exiting:
				fmt.Println("the hostagent ends")
			case status.Running:
				fmt.Println("the guest runs")
			default:
				fmt.Println("ssh will answer at port", status.SSHLocalPort)
			}
			return event.Status.Exiting
		})
	fmt.Println("watched:", err)
	// Output:
	// ssh will answer at port 41963
	// the guest runs
	// the hostagent ends
	// watched: <nil>
}

// A run that fails at its start: the reason stands on stderr, and comes before
// the event.
func ExampleWithLogger() {
	const dir = "testdata/recordings/21-ns-driver-start-fails"
	logger := logr.FromSlogHandler(slog.NewTextHandler(os.Stdout, &slog.HandlerOptions{
		Level:       slog.LevelError,
		ReplaceAttr: withoutTime,
	}))
	err := hostagentevents.Watch(context.Background(), dir+"/ha.stdout.log", dir+"/ha.stderr.log", time.Time{},
		func(event hostagentevents.Event) bool {
			fmt.Println("exiting:", event.Status.Exiting)
			return event.Status.Exiting
		}, hostagentevents.WithLogger(logger))
	fmt.Println("watched:", err)
	// Output:
	// level=ERROR msg="nsguest: told to fail at start" logger=hostagent hostagentLevel=fatal hostagentTime=2026-11-22T20:15:12.000Z
	// exiting: true
	// watched: <nil>
}

func withoutTime(_ []string, a slog.Attr) slog.Attr {
	if a.Key == slog.TimeKey {
		return slog.Attr{}
	}
	return a
}

// On a file system that sends no events, such as some network ones.
func ExampleWithPolling() {
	const dir = "testdata/recordings/20-ns-guest-dies"
	events := 0
	err := hostagentevents.Watch(context.Background(), dir+"/ha.stdout.log", dir+"/ha.stderr.log", time.Time{},
		func(event hostagentevents.Event) bool {
			events++
			return event.Status.Exiting
		}, hostagentevents.WithPolling(100*time.Millisecond))
	fmt.Println(events, "events:", err)
	// Output: 3 events: <nil>
}
