// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import (
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"
)

// options is a parsed command line.
type options struct {
	start    start
	follow   follow
	retry    bool // wait for a file that cannot be opened
	poll     bool
	interval time.Duration // between two looks when polling; 0: the library's default
	headers  headers
	help     bool
	version  bool
	names    []string
}

// start is where in a file the output begins: at its last n units, or, fromStart, at unit n counted from one.
type start struct {
	n         int64
	fromStart bool
	bytes     bool // units are bytes, not lines
}

// nothing tells whether the part of a file that is there already is of no interest.
func (s start) nothing() bool { return s.n == 0 && !s.fromStart }

// skip is the number of units to leave out from a file's start; it has meaning with fromStart only.
func (s start) skip() int64 { return max(s.n-1, 0) }

// skipLines is the number of lines to leave out from a file's start.
func (s start) skipLines() int64 {
	if s.bytes || !s.fromStart {
		return 0
	}
	return s.skip()
}

// follow is what is followed once a file's end has been reached.
type follow int

const (
	followNothing follow = iota
	followDescriptor
	followName
)

// headers tells when a "==> name <==" line is printed.
type headers int

const (
	headersForSeveral headers = iota
	headersNever
	headersAlways
)

// wanted tells whether names files get headers.
func (h headers) wanted(names int) bool {
	return h == headersAlways || h == headersForSeveral && names > 1
}

// argument tells whether an option takes a value.
type argument int

const (
	noArgument       argument = iota
	optionalArgument          // as in --follow=name; never the next word
	requiredArgument
)

// option is one row of the table of options.
type option struct {
	short    byte // 0: only a long form
	long     []string
	argument argument
	set      func(o *options, value string) error
}

var table = []option{
	{'n', []string{"lines"}, requiredArgument, func(o *options, v string) error { return o.setStart(v, false) }},
	{'c', []string{"bytes"}, requiredArgument, func(o *options, v string) error { return o.setStart(v, true) }},
	{'f', []string{"follow"}, optionalArgument, (*options).setFollow},
	{'F', nil, noArgument, func(o *options, _ string) error { o.follow, o.retry = followName, true; return nil }},
	{0, []string{"retry"}, noArgument, func(o *options, _ string) error { o.retry = true; return nil }},
	{'q', []string{"quiet", "silent"}, noArgument, func(o *options, _ string) error { o.headers = headersNever; return nil }},
	{'v', []string{"verbose"}, noArgument, func(o *options, _ string) error { o.headers = headersAlways; return nil }},
	{'s', []string{"sleep-interval"}, requiredArgument, (*options).setInterval},
	{0, []string{"poll"}, noArgument, func(o *options, _ string) error { o.poll = true; return nil }},
	{0, []string{"help"}, noArgument, func(o *options, _ string) error { o.help = true; return nil }},
	{0, []string{"version"}, noArgument, func(o *options, _ string) error { o.version = true; return nil }},
}

// parse reads a command line without the program's name. Options may stand behind file names, up to "--".
func parse(args []string) (options, error) {
	o := options{start: start{n: 10}}
	for len(args) > 0 && !o.help && !o.version {
		word := args[0]
		args = args[1:]
		var err error
		switch {
		case word == "--":
			o.names = append(o.names, args...)
			args = nil
		case strings.HasPrefix(word, "--"):
			args, err = o.parseLong(word[2:], args)
		case len(word) > 1 && word[0] == '-':
			args, err = o.parseShort(word[1:], args)
		default:
			o.names = append(o.names, word)
		}
		if err != nil {
			return options{}, err
		}
	}
	return o, o.finish()
}

// finish fills in the file names and looks at the options together.
func (o *options) finish() error {
	if o.help || o.version {
		return nil
	}
	if len(o.names) == 0 {
		o.names = []string{stdinName}
	}
	for _, name := range o.names {
		if name == stdinName && o.follow == followName {
			return errors.New("cannot follow '-' by name")
		}
	}
	return nil
}

// parseLong handles --word, --word=value and --word value, and returns the words that are left.
func (o *options) parseLong(word string, rest []string) ([]string, error) {
	name, value, hasValue := strings.Cut(word, "=")
	opt := findLong(name)
	switch {
	case opt == nil:
		return nil, fmt.Errorf("unrecognized option '--%s'", name)
	case hasValue && opt.argument == noArgument:
		return nil, fmt.Errorf("option '--%s' doesn't allow an argument", name)
	case hasValue || opt.argument != requiredArgument:
		return rest, opt.set(o, value)
	case len(rest) == 0:
		return nil, fmt.Errorf("option '--%s' requires an argument", name)
	}
	return rest[1:], opt.set(o, rest[0])
}

// parseShort handles a cluster such as fn5, where the last option's value may be the next word.
// A number in it, as in -20 and -20f, is the old way to write -n.
func (o *options) parseShort(cluster string, rest []string) ([]string, error) {
	for cluster != "" {
		if digits := leadingDigits(cluster); digits != "" {
			cluster = cluster[len(digits):]
			if err := o.setStart(digits, false); err != nil {
				return nil, err
			}
			continue
		}
		letter := cluster[0]
		cluster = cluster[1:]
		opt := findShort(letter)
		if opt == nil {
			return nil, fmt.Errorf("invalid option -- %s", quote(string(letter)))
		}
		value := ""
		if opt.argument == requiredArgument {
			if cluster == "" && len(rest) == 0 {
				return nil, fmt.Errorf("option requires an argument -- '%c'", letter)
			}
			if cluster == "" {
				cluster, rest = rest[0], rest[1:]
			}
			value, cluster = cluster, ""
		}
		if err := opt.set(o, value); err != nil {
			return nil, err
		}
	}
	return rest, nil
}

func findLong(name string) *option {
	for i := range table {
		if slices.Contains(table[i].long, name) {
			return &table[i]
		}
	}
	return nil
}

func findShort(letter byte) *option {
	for i := range table {
		if table[i].short == letter {
			return &table[i]
		}
	}
	return nil
}

func leadingDigits(s string) string {
	return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))]
}

func (o *options) setStart(value string, bytes bool) error {
	number, fromStart := strings.CutPrefix(value, "+")
	n, ok := parseSize(number)
	if !ok {
		unit := "lines"
		if bytes {
			unit = "bytes"
		}
		return fmt.Errorf("invalid number of %s: %s", unit, quote(value))
	}
	o.start = start{n: n, fromStart: fromStart, bytes: bytes}
	return nil
}

func (o *options) setFollow(value string) error {
	switch value {
	case "", "descriptor":
		o.follow = followDescriptor
	case "name":
		o.follow = followName
	default:
		return fmt.Errorf("invalid argument %s for '--follow': valid are 'descriptor' and 'name'", quote(value))
	}
	return nil
}

func (o *options) setInterval(value string) error {
	seconds, err := strconv.ParseFloat(value, 64)
	if err != nil || math.IsNaN(seconds) || seconds < 0 {
		return fmt.Errorf("invalid number of seconds: %s", quote(value))
	}
	// The library takes zero for "the default", and a Duration ends at 292 years.
	seconds = min(max(seconds, 0.001), 1e9)
	o.interval = time.Duration(seconds * float64(time.Second))
	return nil
}

// parseSize reads a number with one of GNU's multiplier suffixes: b, kB, K, KiB, MB, M, MiB and so on.
func parseSize(s string) (int64, bool) {
	digits := leadingDigits(s)
	n, err := strconv.ParseInt(digits, 10, 64)
	factor, known := multiplier(s[len(digits):])
	if err != nil || !known || n > math.MaxInt64/factor {
		return 0, false
	}
	return n * factor, true
}

func multiplier(suffix string) (int64, bool) {
	switch suffix {
	case "":
		return 1, true
	case "b":
		return 512, true
	}
	power := strings.IndexByte("KMGTPE", suffix[0]&^0x20) + 1
	base, known := map[string]int64{"": 1024, "iB": 1024, "B": 1000}[suffix[1:]]
	if power == 0 || !known {
		return 0, false
	}
	factor := int64(1)
	for range power {
		factor *= base
	}
	return factor, true
}

const usage = `Usage: gotail [OPTION]... [FILE]...
Print the last 10 lines of each FILE to standard output.
With more than one FILE, precede each with a header giving the file name.
With no FILE, or when FILE is -, read standard input.

  -c, --bytes=[+]NUM        print the last NUM bytes; with +, start at byte NUM
  -f, --follow[=HOW]        print what is appended as the file grows; HOW is
                              'descriptor' (the default): the file that was opened,
                              'name': whatever file has the name
  -F                        same as --follow=name --retry
  -n, --lines=[+]NUM        print the last NUM lines; with +, start at line NUM
      --poll                look at the files now and then, without kernel events
  -q, --quiet, --silent     never print headers
      --retry               wait for a file that cannot be opened
  -s, --sleep-interval=SEC  time between two looks when polling
  -v, --verbose             always print headers
      --help                print this help
      --version             print the version

NUM may have a suffix: b 512, kB 1000, K 1024, MB 1000*1000, M 1024*1024,
and so on for G, T, P, E; KiB is K. -NUM is short for -n NUM.
`
