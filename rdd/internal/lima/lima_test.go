// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package lima

import (
	"bytes"
	"os/exec"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/lima-vm/lima/v2/pkg/hostagent/events"
	"github.com/lima-vm/lima/v2/pkg/registry"
	"github.com/lima-vm/lima/v2/pkg/version"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"

	"github.com/rancher-sandbox/rancher-desktop-daemon/rdd/internal/nsguest"
)

// TestVersion: go.mod says which Lima is linked in.
func TestVersion(t *testing.T) {
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", "github.com/lima-vm/lima/v2").Output()
	if err != nil {
		t.Fatal(err)
	}
	if got := strings.TrimSpace(string(out)); got != "v"+Version {
		t.Errorf("Version is %s, go.mod has %s", Version, got)
	}
}

func TestSetup(t *testing.T) {
	Setup(t.Context(), new(bytes.Buffer))
	if version.Version != Version {
		t.Errorf("Lima takes itself for %q", version.Version)
	}
	drivers := registry.List()
	if drivers["qemu"] != registry.Internal {
		t.Errorf("no qemu in %v", drivers)
	}
	if err := nsguest.Check(t.Context()); err == nil && drivers[nsguest.Name] != registry.Internal {
		t.Errorf("no %s in %v", nsguest.Name, drivers)
	}
}

// TestSchema: hostagentevents must know every field of Lima's events, by the
// name and type that it has on the wire.
func TestSchema(t *testing.T) {
	want := fields(reflect.TypeFor[events.Event](), "")
	if !slices.Contains(want, "status.portForward.hostAddr string") {
		t.Fatalf("the fields of Lima's events are %q", want)
	}
	if diff := cmp.Diff(want, fields(reflect.TypeFor[hostagentevents.Event](), "")); diff != "" {
		t.Errorf("Lima's events (-) and ours (+):\n%s", diff)
	}
}

// fields lists what a type has on the wire as JSON, sorted.
func fields(typ reflect.Type, path string) (list []string) {
	if typ.Kind() == reflect.Pointer {
		return fields(typ.Elem(), path)
	}
	if typ.Kind() != reflect.Struct || typ.PkgPath() == "time" {
		return []string{strings.TrimPrefix(path, ".") + " " + wire(typ)}
	}
	for field := range typ.Fields() {
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		list = append(list, fields(field.Type, path+"."+name)...)
	}
	slices.Sort(list)
	return list
}

// wire names a type by what it looks like on the wire.
func wire(typ reflect.Type) string {
	if typ.Kind() == reflect.Slice {
		return "[]" + wire(typ.Elem())
	}
	return typ.Kind().String()
}
