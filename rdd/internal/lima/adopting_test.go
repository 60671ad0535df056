// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package lima

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/go-logr/logr"
	"github.com/google/go-cmp/cmp"
	"github.com/lima-vm/lima/v2/pkg/hostagent/events"
	"github.com/lima-vm/lima/v2/pkg/logrusutil"
	"github.com/sirupsen/logrus"

	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents"
	"github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents/hostagenteventstest"
)

// This file is the code of hostagentevents/ADOPTING.md, with Lima's instance and
// standard logger as parameters.

// limaWatch has the signature and the types of Lima's events.Watch.
func limaWatch(ctx context.Context, haStdoutPath, haStderrPath string, begin time.Time, propagateStderr bool, onEvent func(events.Event) bool) error {
	var opts []hostagentevents.Option
	if propagateStderr {
		opts = append(opts, hostagentevents.WithLogger(logr.New(logrusSink{header: "[hostagent] "})))
	}
	return hostagentevents.Watch(ctx, haStdoutPath, haStderrPath, begin, func(e hostagentevents.Event) bool {
		var ev events.Event
		if err := json.Unmarshal(e.Raw, &ev); err != nil {
			logrus.WithError(err).Error("an event that only this Lima cannot read")
			return false
		}
		return onEvent(ev)
	}, opts...)
}

type logrusSink struct {
	header string
	named  bool
}

func (logrusSink) Init(logr.RuntimeInfo)            {}
func (logrusSink) Enabled(int) bool                 { return true } // logrus decides
func (s logrusSink) WithValues(...any) logr.LogSink { return s }
func (s logrusSink) WithName(string) logr.LogSink   { return logrusSink{s.header, true} }

func (s logrusSink) Info(v int, msg string, kv ...any) {
	s.log(logrus.InfoLevel+logrus.Level(v), msg, kv)
}

func (s logrusSink) Error(err error, msg string, kv ...any) {
	if err != nil {
		kv = append(kv, logrus.ErrorKey, err)
	}
	s.log(logrus.ErrorLevel, msg, kv)
}

func (s logrusSink) log(level logrus.Level, msg string, kv []any) {
	entry := logrus.NewEntry(logrus.StandardLogger())
	for i := 0; i+1 < len(kv); i += 2 {
		switch key, value := kv[i].(string), kv[i+1]; key {
		case hostagentevents.TimeKey:
			entry = entry.WithTime(value.(time.Time))
		case hostagentevents.LevelKey:
			if own, err := logrus.ParseLevel(value.(string)); err == nil && own > logrus.FatalLevel {
				level = own // warning, which logr does not have
			} else {
				entry = entry.WithField("level", value) // do not exit on fatal or panic
			}
		default:
			entry = entry.WithField(key, value)
		}
	}
	if s.named {
		msg = s.header + msg
	}
	entry.Log(level, msg)
}

// start is watchHostAgentEvents of limactl start.
func start(ctx context.Context, haStdoutPath, haStderrPath string, showProgress bool, sshLocalPort *int, ready func() error) error {
	opts := []hostagentevents.Option{
		hostagentevents.UntilReplaced(),
		hostagentevents.UntilExited(),
		hostagentevents.WithReasonWait(time.Second),
		hostagentevents.WithLogger(logr.New(logrusSink{header: "[hostagent] "})),
	}
	var state hostagentevents.State
	for event, err := range hostagentevents.Events(ctx, haStdoutPath, haStderrPath, opts...) {
		if err != nil {
			return err // the exit with its reason, the timeout, or the log that cannot be read
		}
		var changes []hostagentevents.Change
		state, changes = state.Apply(event)
		for _, change := range changes {
			switch change := change.(type) {
			case hostagentevents.SSHPortChanged:
				logrus.Infof("SSH Local Port: %d", change.Port)
				*sshLocalPort = change.Port
			case hostagentevents.Progress:
				if showProgress {
					logrus.Info(change)
				}
			case hostagentevents.ErrorsChanged:
				logrus.Errorf("%+v", change.Errors)
			}
		}
		switch {
		case state.Phase == hostagentevents.Degraded:
			return fmt.Errorf("degraded: %q (hint: see %#q)", state.Errors, haStderrPath)
		case state.Phase == hostagentevents.Running && (!showProgress || state.CloudInit.Completed):
			return ready() // Ansible, the message; once
		}
	}
	return nil // not reached: the last pair has an error
}

// stop is waitForHostAgentTermination of limactl stop.
func stop(ctx context.Context, haStdoutPath, haStderrPath string) error {
	err := hostagentevents.Watch(ctx, haStdoutPath, haStderrPath, time.Time{},
		func(event hostagentevents.Event) bool { return event.Status.Exiting },
		hostagentevents.UntilReplaced(),
		hostagentevents.WithLogger(logr.New(logrusSink{header: "[hostagent] "})))
	if errors.Is(err, hostagentevents.ErrReplaced) {
		return nil // somebody has started it again: the old one has ended
	}
	return err
}

// logged has what logrus's standard logger says go to a buffer, in JSON.
func logged(t *testing.T) *bytes.Buffer {
	t.Helper()
	logger := logrus.StandardLogger()
	out, formatter, level := logger.Out, logger.Formatter, logger.Level
	t.Cleanup(func() {
		logger.SetOutput(out)
		logger.SetFormatter(formatter)
		logger.SetLevel(level)
	})
	var b bytes.Buffer
	logger.SetOutput(&b)
	logger.SetFormatter(&logrus.JSONFormatter{})
	logger.SetLevel(logrus.TraceLevel)
	return &b
}

// TestPropagateStderr: what limaWatch has logrus say is what Lima's own has it
// say, line by line.
func TestPropagateStderr(t *testing.T) {
	lines := []string{
		`{"level":"trace","msg":"m","time":"2026-01-02T03:04:05Z"}`,
		`{"level":"debug","msg":"m","time":"2026-01-02T03:04:05Z","n":1}`,
		`{"level":"warning","msg":"m","time":"2026-01-02T03:04:05Z","error":"refused"}`,
		`{"level":"error","msg":"m","time":"2026-01-02T03:04:05Z","error":"refused"}`,
		`{"level":"fatal","msg":"m","time":"2026-01-02T03:04:05Z"}`,
		`{"level":"panic","msg":"m","time":"2026-01-02T03:04:05Z"}`,
	}
	recording, err := os.ReadFile("../demo/recording/ha.stderr.log")
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(recording)) {
		if strings.HasPrefix(line, "{") { // plain text gets the time of its logging
			lines = append(lines, strings.TrimSuffix(line, "\n"))
		}
	}
	b := logged(t)
	for _, line := range lines {
		logrusutil.PropagateJSON(logrus.StandardLogger(), []byte(line), "[hostagent] ", time.Time{})
	}
	want := b.String()
	if n := strings.Count(want, "\n"); n != len(lines) {
		t.Fatalf("Lima's own logs %d lines of %d", n, len(lines))
	}
	b.Reset()
	agent := hostagenteventstest.New(t.TempDir())
	agent.Start()
	for _, line := range lines {
		agent.LogLine(line)
	}
	agent.Event(hostagentevents.Status{Exiting: true})
	agent.Close()
	if err := limaWatch(t.Context(), agent.Stdout, agent.Stderr, time.Time{}, true, func(e events.Event) bool { return e.Status.Exiting }); err != nil {
		t.Error(err)
	}
	var got strings.Builder
	for line := range strings.Lines(b.String()) {
		if strings.Contains(line, `"msg":"[hostagent] `) { // not what the watch itself has to say
			got.WriteString(line)
		}
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("Lima's (-) and ours (+):\n%s", diff)
	}
}

func TestStart(t *testing.T) {
	logged(t)
	for _, test := range []struct {
		name  string
		write func(*hostagenteventstest.Hostagent)
		want  string // in the error; none if empty
	}{
		{"ready", (*hostagenteventstest.Hostagent).Boot, ""},
		{"degraded", func(h *hostagenteventstest.Hostagent) { h.BootDegraded("no agent") }, `degraded: ["no agent"]`},
		{"ended", func(h *hostagenteventstest.Hostagent) { h.Start(); h.Exit("no disk") }, "the hostagent has exited: no disk"},
	} {
		t.Run(test.name, func(t *testing.T) {
			agent := hostagenteventstest.New(t.TempDir())
			test.write(agent)
			defer agent.Close()
			port, isReady := 0, false
			err := start(t.Context(), agent.Stdout, agent.Stderr, true, &port, func() error { isReady = true; return nil })
			if test.want == "" && (err != nil || !isReady || port != hostagenteventstest.DefaultSSHPort) {
				t.Errorf("%v, ready %t, port %d", err, isReady, port)
			}
			if test.want != "" && (err == nil || !strings.Contains(err.Error(), test.want)) {
				t.Errorf("%v, want %s", err, test.want)
			}
		})
	}
}

func TestStop(t *testing.T) {
	logrus.SetOutput(io.Discard)
	t.Cleanup(func() { logrus.SetOutput(os.Stderr) })
	agent := hostagenteventstest.New(t.TempDir())
	agent.Boot()
	agent.Exit("")
	if err := stop(t.Context(), agent.Stdout, agent.Stderr); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeoutCause(t.Context(), time.Millisecond, errors.New("too long"))
	defer cancel()
	agent.Boot()
	defer agent.Close()
	if err := stop(ctx, agent.Stdout, agent.Stderr); err == nil || err.Error() != "too long" {
		t.Errorf("got %v", err)
	}
}
