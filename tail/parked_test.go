// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"testing"
	"time"
	"unsafe"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// TestParked followers have no work, and go on as if they had it.
func TestParked(t *testing.T) {
	needsChangeTimes(t)
	for _, row := range []struct {
		name   string
		happen func(t *testing.T, path string)
		holds  bool // a piece of a line, which is not parked
	}{
		{"nothing", func(*testing.T, string) {}, false},
		{"more", func(t *testing.T, path string) { put(t, path, "one\ntwo\n") }, false},
		{"truncated", func(t *testing.T, path string) { put(t, path, "1\n") }, false},
		{"empty", func(t *testing.T, path string) { put(t, path, "") }, false},
		{"rotated", func(t *testing.T, path string) {
			must(t, os.Rename(path, path+".1"))
			put(t, path, "two\n")
		}, false},
		{"half a line", func(t *testing.T, path string) { put(t, path, "one\ntw") }, true},
	} {
		t.Run(row.name, func(t *testing.T) {
			path := filepath.Join(scratchFolder(t), "log")
			put(t, path, "one\n")
			f, _ := quietFollower(t, path)
			row.happen(t, path)
			f.look(time.Now())
			drain(f)
			f.newest().drainedAt = time.Now().Add(time.Hour)
			before := f.readStats()
			makeQuiet(t, f)
			if parked := f.parked != nil; parked == row.holds {
				t.Fatalf("parked: %v", parked)
			}
			if st := f.readStats(); st != before {
				t.Errorf("it has counted %+v, want %+v", st, before)
			}
			w, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
			must(t, err)
			defer w.Close()
			_, err = w.WriteString("o\n")
			must(t, err)
			if c, _ := f.step(); c.gap != nil || len(c.data) < 2 {
				t.Errorf("%q came", c.data)
			}
			if st := f.readStats(); st.Seen != before.Seen+2 || st.Pending != 0 {
				t.Errorf("it has counted %+v after %+v", st, before)
			}
		})
	}
}

// noMatter are the fields whose loss does not matter; simplify says why.
var noMatter = []string{"fresh", "same", "late", "pathLooked", "at", "begun", "grew", "grownTo"}

// TestNothingIsLostByParking, whichever field has another value.
func TestNothingIsLostByParking(t *testing.T) {
	needsChangeTimes(t)
	path := filepath.Join(scratchFolder(t), "log")
	put(t, path, "one\n")
	f, _ := quietFollower(t, path)
	makeQuiet(t, f)
	f.lock()
	defer f.mu.Unlock()
	parts := map[string]func() reflect.Value{
		"work":   func() reflect.Value { return reflect.ValueOf(f.work).Elem() },
		"source": func() reflect.Value { return reflect.ValueOf(f.newest()).Elem() },
	}
	kept := 0
	for name, part := range parts {
		for _, index := range leaves(part().Type(), nil) {
			field := part().Type().FieldByIndex(index).Name
			old := reflect.New(settable(part(), index).Type()).Elem()
			old.Set(settable(part(), index))
			settable(part(), index).Set(another(t, old))
			changed := settable(part(), index).Interface()
			f.park(f.compact())
			if f.parked != nil {
				f.work, f.parked = f.parked.work(), nil
				kept++
				if now := settable(part(), index).Interface(); !slices.Contains(noMatter, field) && !alike(now, changed) {
					t.Errorf("%s.%s was %v, and is %v", name, field, changed, now)
				}
			}
			settable(part(), index).Set(old)
		}
	}
	if kept < 20 {
		t.Errorf("only %d fields are parked where they have other values", kept)
	}
}

// alike reports whether two values are the same, or the same time.
func alike(a, b any) bool {
	if t, ok := a.(time.Time); ok {
		return t.Equal(b.(time.Time))
	}
	return reflect.DeepEqual(a, b)
}

// leaves are the fields of a struct and of those in it, but for times.
func leaves(typ reflect.Type, above []int) (found [][]int) {
	for i := range typ.NumField() {
		field, index := typ.Field(i), append(slices.Clone(above), i)
		switch {
		case field.Name == "sources":
		case field.Type.Kind() == reflect.Struct && field.Type != reflect.TypeFor[time.Time]():
			found = append(found, leaves(field.Type, index)...)
		default:
			found = append(found, index)
		}
	}
	return found
}

// settable is a field, exported or not.
func settable(part reflect.Value, index []int) reflect.Value {
	field := part.FieldByIndex(index)
	return reflect.NewAt(field.Type(), unsafe.Pointer(field.UnsafeAddr())).Elem()
}

// another is a value that differs from v.
func another(t *testing.T, v reflect.Value) reflect.Value {
	t.Helper()
	switch v.Interface().(type) {
	case time.Time:
		return reflect.ValueOf(momentOf(time.Now()).time().Add(time.Hour))
	case map[fileid.ID]stamp:
		return reflect.ValueOf(map[fileid.ID]stamp{{Ino: 1}: {}})
	}
	n := reflect.New(v.Type()).Elem()
	switch v.Kind() {
	case reflect.Bool:
		n.SetBool(!v.Bool())
	case reflect.Int, reflect.Int64:
		n.SetInt(v.Int() + 1)
	case reflect.Uint32, reflect.Uint64:
		n.SetUint(v.Uint() + 1)
	case reflect.String:
		n.SetString(v.String() + "x")
	case reflect.Interface:
		n.Set(reflect.ValueOf(errors.New("another")))
	case reflect.Pointer:
		n.Set(reflect.New(v.Type().Elem()))
	case reflect.Array:
		n.Index(0).SetUint(v.Index(0).Uint() + 1)
	case reflect.Slice:
		n.Set(reflect.MakeSlice(v.Type(), 1, 1))
	default:
		t.Fatalf("no other value for a %v", v.Type())
	}
	return n
}
