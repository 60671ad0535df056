// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"reflect"
	"strings"
	"testing"
	"time"
)

// with returns the options of an empty command line after change.
func with(change func(o *options)) options {
	o := options{start: start{n: 10}, names: []string{"-"}}
	change(&o)
	return o
}

func TestParse(t *testing.T) {
	lines := func(n int64) func(*options) { return func(o *options) { o.start.n = n } }
	from := func(n int64) func(*options) { return func(o *options) { o.start = start{n: n, fromStart: true} } }
	bytes := func(n int64) func(*options) { return func(o *options) { o.start = start{n: n, bytes: true} } }
	names := func(names ...string) func(*options) { return func(o *options) { o.names = names } }
	for _, test := range []struct {
		args string
		want func(o *options)
	}{
		{"", func(*options) {}},
		{"-", names("-")},
		{"a b", names("a", "b")},
		{"-n5", lines(5)},
		{"-n 5", lines(5)},
		{"-n0", lines(0)},
		{"-20", lines(20)},
		{"-20f", func(o *options) { o.start.n, o.follow = 20, followDescriptor }},
		{"--lines=5", lines(5)},
		{"--lines 5", lines(5)},
		{"-n +5", from(5)},
		{"-n+0", from(0)},
		{"-n 2K", lines(2048)},
		{"-c 1kB", bytes(1000)},
		{"-c 3MiB", bytes(3 << 20)},
		{"--bytes=2b", bytes(1024)},
		{"-c5 -n6", lines(6)},
		{"-fn5 a", func(o *options) { o.start.n, o.follow, o.names = 5, followDescriptor, []string{"a"} }},
		{"-F a", func(o *options) { o.follow, o.retry, o.names = followName, true, []string{"a"} }},
		{"a -f", func(o *options) { o.follow, o.names = followDescriptor, []string{"a"} }},
		{"--follow", func(o *options) { o.follow = followDescriptor }},
		{"--follow=descriptor", func(o *options) { o.follow = followDescriptor }},
		{"--follow=name a", func(o *options) { o.follow, o.names = followName, []string{"a"} }},
		{"-f --retry", func(o *options) { o.follow, o.retry = followDescriptor, true }},
		{"-q", func(o *options) { o.headers = headersNever }},
		{"--silent", func(o *options) { o.headers = headersNever }},
		{"-qv", func(o *options) { o.headers = headersAlways }},
		{"-s .5 --poll", func(o *options) { o.interval, o.poll = 500*time.Millisecond, true }},
		{"-s0", func(o *options) { o.interval = time.Millisecond }},
		{"-s 1e300", func(o *options) { o.interval = 1e9 * time.Second }},
		{"-- -n", names("-n")},
		{"--help -x", func(o *options) { o.help, o.names = true, nil }},
		{"--version", func(o *options) { o.version, o.names = true, nil }},
	} {
		args := strings.Fields(test.args)
		got, err := parse(args)
		if want := with(test.want); err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("parse(%q)\n got %+v, %v\nwant %+v", args, got, err, want)
		}
	}
}

func TestParseErrors(t *testing.T) {
	for _, test := range []struct{ args, want string }{
		{"-n", "option requires an argument -- 'n'"},
		{"-n x", "invalid number of lines: 'x'"},
		{"-n -5", "invalid number of lines: '-5'"},
		{"-n ++5", "invalid number of lines: '++5'"},
		{"-n 5x", "invalid number of lines: '5x'"},
		{"-n 5KB0", "invalid number of lines: '5KB0'"},
		{"-n 99999999999999999999", "invalid number of lines: '99999999999999999999'"},
		{"-c 9E", "invalid number of bytes: '9E'"},
		{"--lines=", "invalid number of lines: ''"},
		{"--lines", "option '--lines' requires an argument"},
		{"--poll=5", "option '--poll' doesn't allow an argument"},
		{"-s x", "invalid number of seconds: 'x'"},
		{"-s -1", "invalid number of seconds: '-1'"},
		{"-s NaN", "invalid number of seconds: 'NaN'"},
		{"-y", "invalid option -- 'y'"},
		{"-fy", "invalid option -- 'y'"},
		{"--nope=1", "unrecognized option '--nope'"},
		{"--follow=me", "invalid argument 'me' for '--follow': valid are 'descriptor' and 'name'"},
		{"-F -", "cannot follow '-' by name"},
		{"-F", "cannot follow '-' by name"},
	} {
		if _, err := parse(strings.Fields(test.args)); err == nil || err.Error() != test.want {
			t.Errorf("parse(%s): %v, want %s", test.args, err, test.want)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("-fn5 --lines=+3 a")
	f.Add("-- -c")
	f.Fuzz(func(t *testing.T, line string) {
		o, err := parse(strings.Fields(line))
		if err == nil && (o.start.n < 0 || o.interval < 0) {
			t.Errorf("parse(%q) let a negative number through: %+v", line, o)
		}
	})
}
