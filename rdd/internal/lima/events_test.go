// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package lima

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/lima-vm/lima/v2/pkg/hostagent/events"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

// TestEventsDoNotDrift: the events of hostagentevents are those of the Lima that
// is linked in, field by field.
func TestEventsDoNotDrift(t *testing.T) {
	for _, difference := range drift("Event", reflect.TypeFor[events.Event](), reflect.TypeFor[hostagentevents.Event]()) {
		t.Error(difference)
	}
}

// drift names what differs between a type of Lima's and ours. Fields of ours
// that JSON does not know are our own business.
func drift(path string, lima, ours reflect.Type) (differences []string) {
	switch {
	case lima == ours:
		return nil
	case lima.Kind() != ours.Kind():
		return []string{fmt.Sprintf("%s: Lima has %v, ours is %v", path, lima, ours)}
	}
	switch lima.Kind() {
	case reflect.Pointer, reflect.Slice:
		return drift(path, lima.Elem(), ours.Elem())
	case reflect.Struct:
		return driftOfFields(path, lima, ours)
	case reflect.Map, reflect.Array, reflect.Interface:
		return []string{fmt.Sprintf("%s: %v is of a kind that nobody has compared yet", path, lima)}
	}
	return nil // a named type of a basic kind, such as PortForwardType
}

func driftOfFields(path string, lima, ours reflect.Type) (differences []string) {
	for field := range lima.Fields() {
		at := path + "." + field.Name
		own, ok := ours.FieldByName(field.Name)
		if !ok {
			differences = append(differences, fmt.Sprintf("%s: Lima has this field, ours does not", at))
			continue
		}
		if field.Tag != own.Tag {
			differences = append(differences, fmt.Sprintf("%s: Lima has the tag %s, ours %s", at, field.Tag, own.Tag))
		}
		differences = append(differences, drift(at, field.Type, own.Type)...)
	}
	for own := range ours.Fields() {
		if _, ok := lima.FieldByName(own.Name); !ok && own.Tag.Get("json") != "-" {
			differences = append(differences, fmt.Sprintf("%s.%s: ours has this field, Lima does not", path, own.Name))
		}
	}
	return differences
}

// TestDriftIsFound: each way to differ, by the name of what differs.
func TestDriftIsFound(t *testing.T) {
	type inner struct {
		A int `json:"a"`
	}
	type typed string
	for name, test := range map[string]struct {
		lima, ours any
		want       []string
	}{
		"the same": {inner{}, inner{}, nil},
		"our own field": {inner{}, struct {
			A int `json:"a"`
			B int `json:"-"`
		}{}, nil},
		"a named string": {struct{ A typed }{}, struct{ A string }{}, nil},
		"a new field":    {struct{ A, B int }{}, struct{ A int }{}, []string{"Event.B: Lima has this field, ours does not"}},
		"an old field":   {struct{ A int }{}, struct{ A, B int }{}, []string{"Event.B: ours has this field, Lima does not"}},
		"another kind":   {struct{ A string }{}, struct{ A int }{}, []string{"Event.A: Lima has string, ours is int"}},
		"another width":  {struct{ A int64 }{}, struct{ A int }{}, []string{"Event.A: Lima has int64, ours is int"}},
		"a pointer":      {struct{ A *int }{}, struct{ A int }{}, []string{"Event.A: Lima has *int, ours is int"}},
		"a slice of":     {struct{ A []string }{}, struct{ A []int }{}, []string{"Event.A: Lima has string, ours is int"}},
		"a map":          {struct{ A map[string]int }{}, struct{ A map[string]string }{}, []string{"Event.A: map[string]int is of a kind that nobody has compared yet"}},
		"another name": {
			struct {
				A int `json:"b"`
			}{}, inner{}, []string{`Event.A: Lima has the tag json:"b", ours json:"a"`},
		},
		"omitempty": {
			struct {
				A int `json:"a,omitempty"`
			}{}, inner{}, []string{`Event.A: Lima has the tag json:"a,omitempty", ours json:"a"`},
		},
		"deep inside": {
			struct {
				S *struct{ L []struct{ A int } }
			}{},
			struct {
				S *struct{ L []struct{ A bool } }
			}{},
			[]string{"Event.S.L.A: Lima has int, ours is bool"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			if diff := cmp.Diff(test.want, drift("Event", reflect.TypeOf(test.lima), reflect.TypeOf(test.ours))); diff != "" {
				t.Errorf("-want +got\n%s", diff)
			}
		})
	}
}

// TestConstantsDoNotDrift: reflection cannot see constants.
func TestConstantsDoNotDrift(t *testing.T) {
	for lima, ours := range map[events.PortForwardEventType]hostagentevents.PortForwardType{
		events.PortForwardEventForwarding:    hostagentevents.PortForwardForwarding,
		events.PortForwardEventNotForwarding: hostagentevents.PortForwardNotForwarding,
		events.PortForwardEventStopping:      hostagentevents.PortForwardStopping,
		events.PortForwardEventFailed:        hostagentevents.PortForwardFailed,
	} {
		if string(lima) != string(ours) {
			t.Errorf("Lima says %q, ours is %q", lima, ours)
		}
	}
	for lima, ours := range map[events.VsockEventType]hostagentevents.VsockType{
		events.VsockEventStarted: hostagentevents.VsockStarted,
		events.VsockEventSkipped: hostagentevents.VsockSkipped,
		events.VsockEventFailed:  hostagentevents.VsockFailed,
	} {
		if string(lima) != string(ours) {
			t.Errorf("Lima says %q, ours is %q", lima, ours)
		}
	}
}

// TestLaterFields: what a later Lima adds is no error, and is in Raw.
func TestLaterFields(t *testing.T) {
	agent := hostagenteventstest.New(t.TempDir())
	agent.Start()
	const later = `{"time":"2026-01-02T03:04:05Z","mood":"good","status":{"running":true,"weather":{"rain":false}}}`
	agent.Line(later)
	agent.Close()
	err := hostagentevents.Watch(t.Context(), agent.Stdout, agent.Stderr, time.Time{}, func(event hostagentevents.Event) bool {
		if !event.Status.Running || string(event.Raw) != later {
			t.Errorf("got %+v", event)
		}
		return true
	})
	if err != nil {
		t.Error(err)
	}
}

// TestConversion: Lima's own type says the same as ours, for every event of a
// recording.
func TestConversion(t *testing.T) {
	const path = "../demo/recording/ha.stdout.log"
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	left := strings.Count(string(text), "\n")
	err = hostagentevents.Watch(t.Context(), path, path+".none", time.Time{}, func(event hostagentevents.Event) bool {
		var theirs events.Event
		if err := json.Unmarshal(event.Raw, &theirs); err != nil {
			t.Error(err)
		}
		if a, b := encoded(t, theirs), encoded(t, event); a != b {
			t.Errorf("Lima's is %s, ours %s", a, b)
		}
		left--
		return left == 0
	})
	if err != nil {
		t.Error(err)
	}
}

func encoded(t *testing.T, event any) string {
	t.Helper()
	text, err := json.Marshal(event)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// Whoever has code for Lima's own events goes on using it: the line is decoded
// once more.
func Example_limaEvent() {
	dir, err := os.MkdirTemp("", "instance-")
	if err != nil {
		fmt.Println(err)
		return
	}
	defer os.RemoveAll(dir)
	agent := hostagenteventstest.New(dir)
	agent.Boot()
	agent.Close()

	err = hostagentevents.Watch(context.Background(), agent.Stdout, agent.Stderr, time.Time{},
		func(event hostagentevents.Event) bool {
			var limaEvent events.Event
			if err := json.Unmarshal(event.Raw, &limaEvent); err != nil {
				fmt.Println(err)
			}
			if limaEvent.Status.Running {
				fmt.Println("ssh answers at port", limaEvent.Status.SSHLocalPort)
			}
			return limaEvent.Status.Running
		})
	fmt.Println("watched:", err)
	// Output:
	// ssh answers at port 60022
	// watched: <nil>
}
