// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	hostagentMain() // does not return where this process is to be one
	goleak.VerifyTestMain(m)
}

// patience is how long a test waits for what must come. It is used up only by
// a test that fails.
const patience = 30 * time.Second

// entry is one call of a logger.
type entry struct {
	Name      string
	Verbosity int // errorLevel for Error
	Err       string
	Message   string
	Values    map[string]any
}

// recorder keeps what is logged. A hook, where set, sees each entry as it comes.
type recorder struct {
	hook func(entry)

	mu      sync.Mutex
	entries []entry
}

func (r *recorder) logger() logr.Logger { return logr.New(recorderSink{r, ""}) }

func (r *recorder) add(e entry) {
	r.mu.Lock()
	r.entries = append(r.entries, e)
	r.mu.Unlock()
	if r.hook != nil {
		r.hook(e)
	}
}

// named returns what was logged under a name: "hostagent" is stderr, "" is us.
func (r *recorder) named(name string) []entry {
	r.mu.Lock()
	defer r.mu.Unlock()
	var found []entry
	for _, e := range r.entries {
		if e.Name == name {
			found = append(found, e)
		}
	}
	return found
}

// errors returns what we, not the hostagent, logged as errors.
func (r *recorder) errors() []entry {
	return slices.DeleteFunc(r.named(""), func(e entry) bool { return e.Verbosity != errorLevel })
}

func (r *recorder) messages(name string) []string {
	var messages []string
	for _, e := range r.named(name) {
		messages = append(messages, e.Message)
	}
	return messages
}

type recorderSink struct {
	*recorder
	name string
}

func (recorderSink) Init(logr.RuntimeInfo)               {}
func (recorderSink) Enabled(int) bool                    { return true }
func (s recorderSink) WithValues(...any) logr.LogSink    { return s }
func (s recorderSink) WithName(name string) logr.LogSink { return recorderSink{s.recorder, name} }
func (s recorderSink) Info(v int, msg string, kv ...any) { s.add(entry{s.name, v, "", msg, pairs(kv)}) }

func (s recorderSink) Error(err error, msg string, kv ...any) {
	e := entry{s.name, errorLevel, "", msg, pairs(kv)}
	if err != nil {
		e.Err = err.Error()
	}
	s.add(e)
}

func pairs(kv []any) map[string]any {
	values := map[string]any{}
	for i := 0; i+1 < len(kv); i += 2 {
		values[kv[i].(string)] = kv[i+1]
	}
	return values
}

// folder is a temporary folder of this test's own. t.TempDir is not used
// because its clean-up fails the test under Wine.
func folder(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp("", "hostagentevents")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { os.RemoveAll(dir) })
	return dir
}

// logs are the two files of one hostagent, in a folder of their own.
type logs struct {
	t              *testing.T
	stdout, stderr string
}

func newLogs(t *testing.T) logs {
	t.Helper()
	dir := folder(t)
	return logs{t, filepath.Join(dir, "ha.stdout.log"), filepath.Join(dir, "ha.stderr.log")}
}

// append writes text to the end of a log and makes the file if need be.
func (l logs) append(path, text string) {
	l.t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		l.t.Error(err)
		return
	}
	if _, err := f.WriteString(text); err != nil {
		l.t.Error(err)
	}
	if err := f.Close(); err != nil {
		l.t.Error(err)
	}
}

// restart does what Lima does to the logs before a start.
func (l logs) restart() { l.replace(os.Remove) }

// rotate keeps the old logs under the next name that is free: on Windows nothing
// can be renamed onto a file that somebody holds.
func (l logs) rotate() {
	l.replace(func(path string) error {
		for n := 1; ; n++ {
			to := fmt.Sprintf("%s.%d", path, n)
			if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
				return os.Rename(path, to)
			}
		}
	})
}

// replace makes new, empty files where remove has removed the old ones.
func (l logs) replace(remove func(path string) error) {
	l.t.Helper()
	for _, path := range []string{l.stdout, l.stderr} {
		if err := remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			l.t.Error(err)
		}
		l.append(path, "")
	}
}

func (l logs) truncate() {
	l.t.Helper()
	for _, path := range []string{l.stdout, l.stderr} {
		if err := os.Truncate(path, 0); err != nil {
			l.t.Error(err)
		}
	}
}
