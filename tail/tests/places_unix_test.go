// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

//go:build unix

package tests

import (
	"errors"
	"io"
	"io/fs"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail"
)

// notFiles are what cannot be followed, beside a directory.
var notFiles = map[string]func(path string) error{
	"FIFO":   func(path string) error { return syscall.Mkfifo(path, 0o600) },
	"socket": makeSocket,
	"device": func(path string) error { return os.Symlink(os.DevNull, path) },
}

func makeSocket(path string) error {
	l, err := net.ListenUnix("unix", &net.UnixAddr{Name: path, Net: "unix"})
	if err != nil {
		return err
	}
	l.SetUnlinkOnClose(false)
	return l.Close()
}

func TestWhatIsNoFileIsRefusedAtTheStart(t *testing.T) {
	for name, make := range notFiles {
		t.Run(name, func(t *testing.T) {
			path := filepath.Join(folder(t), "log")
			must(t, make(path))
			r, err := tail.NewReader(path, following(tail.Config{}))
			if err == nil {
				r.Close()
				t.Fatal("it is followed")
			}
			if !strings.Contains(err.Error(), path) {
				t.Errorf("the error does not name the file: %v", err)
			}
		})
	}
}

func TestFileBecomesSomethingElseAndAFileAgain(t *testing.T) {
	for name, make := range notFiles {
		t.Run(name, func(t *testing.T) {
			eachMode(t, func(t *testing.T, cfg tail.Config) {
				path, log := logFile(t, "one\n"), newRecorder(t)
				cfg.Logger = log
				o := follow(t, path, following(cfg))
				o.want("one")
				rename(t, path, path+".1")
				becomes(t, path, make)
				log.await("not a regular file")
				becomes(t, path, func(path string) error { return os.WriteFile(path, []byte("two\n"), 0o600) })
				o.want("two")
				appendTo(t, path, "three\n")
				o.want("three")
			})
		})
	}
}

// TestParentBecomesAFile and a folder again.
func TestParentBecomesAFile(t *testing.T) {
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path, log := logInFolder(t), newRecorder(t)
		cfg.Logger = log
		o := follow(t, path, following(cfg))
		o.want("one")
		dir := filepath.Dir(path)
		rename(t, dir, dir+".old")
		write(t, dir, "no folder\n")
		log.await(syscall.ENOTDIR.Error())
		remove(t, dir)
		must(t, os.Mkdir(dir, 0o700))
		write(t, path, "two\n")
		o.wantLines("two")
	})
}

// asNobody runs this test again as a user who may not read everything. It
// reports whether this is that user.
func asNobody(t *testing.T) bool {
	t.Helper()
	if os.Getuid() != 0 {
		return true
	}
	if os.Getenv(inside) == t.Name() {
		t.Fatal("still root")
	}
	return elsewhere(t, func(exe string, args ...string) *exec.Cmd {
		const nobody = 65534
		path := executableForAll(t, exe)
		if err := os.Chown(filepath.Dir(path), nobody, nobody); err != nil {
			t.Skipf("%s: there is no other user in this namespace: %v", runtime.GOOS, err)
		}
		cmd := exec.Command(path, args...)
		cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: nobody, Gid: nobody}}
		cmd.Dir, cmd.Env = "/", append(os.Environ(), "TMPDIR="+filepath.Dir(path))
		if out, err := probe(cmd, "-test.run=^$"); err != nil {
			t.Skipf("%s: root cannot run a program as another user here: %v: %s", runtime.GOOS, err, out)
		}
		return cmd
	})
}

func probe(like *exec.Cmd, args ...string) ([]byte, error) {
	cmd := exec.Command(like.Path, args...)
	cmd.SysProcAttr, cmd.Dir = like.SysProcAttr, like.Dir
	return cmd.CombinedOutput()
}

// executableForAll is a copy of exe that everybody may run.
func executableForAll(t *testing.T, exe string) string {
	t.Helper()
	dir := folder(t)
	must(t, os.Chmod(dir, 0o755))
	from, err := os.Open(exe)
	must(t, err)
	defer from.Close()
	path := filepath.Join(dir, "test")
	to, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY, 0o700)
	must(t, err)
	_, err = io.Copy(to, from)
	must(t, err)
	must(t, to.Chmod(0o755))
	must(t, to.Close())
	return path
}

func TestUnreadableAtTheStart(t *testing.T) {
	if !asNobody(t) {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path := logFile(t, "one\n")
		must(t, os.Chmod(path, 0))
		if _, err := tail.NewReader(path, tail.Config{Follow: true}); !errors.Is(err, fs.ErrPermission) {
			t.Errorf("who follows the file got %v, want %v", err, fs.ErrPermission)
		}
		o := follow(t, path, following(cfg))
		must(t, os.Chmod(path, 0o600))
		o.want("one")
	})
}

// TestPermissionIsLostAndRegained by the file that comes next, and by the folder
// of the one after that. Of what was open already, reading goes on.
func TestPermissionIsLostAndRegained(t *testing.T) {
	if !asNobody(t) {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		path, log := logInFolder(t), newRecorder(t)
		cfg.Logger = log
		o := follow(t, path, following(cfg))
		o.want("one")
		appendTo(t, path, "two\n")
		must(t, os.Chmod(path, 0))
		o.want("two")
		rename(t, path, path+".1")
		write(t, path+".new", "three\n")
		must(t, os.Chmod(path+".new", 0))
		rename(t, path+".new", path)
		log.await(syscall.EACCES.Error())
		must(t, os.Chmod(path, 0o600))
		o.want("three")
		must(t, os.Chmod(filepath.Dir(path), 0))
		log.await("stat")
		must(t, os.Chmod(filepath.Dir(path), 0o700))
		appendTo(t, path, "four\n")
		o.want("four")
	})
}

// TestOldFileThatMayNotBeReadAnyMore cannot be watched either: inotify asks for
// the permission again. Its path is that of the new file by then.
func TestOldFileThatMayNotBeReadAnyMore(t *testing.T) {
	if !asNobody(t) {
		return
	}
	eachMode(t, func(t *testing.T, cfg tail.Config) {
		cfg.GracePeriod = time.Hour
		path := logFile(t, "one\n")
		old, err := os.OpenFile(path, os.O_APPEND|os.O_WRONLY, 0)
		must(t, err)
		defer old.Close()
		o := follow(t, path, following(cfg))
		o.want("one")
		must(t, os.Chmod(path, 0))
		rename(t, path, path+".1")
		write(t, path, "two\n")
		o.want("two")
		_, err = old.WriteString("late\n")
		must(t, err)
		o.want("late")
		appendTo(t, path, "three\n")
		o.want("three")
	})
}
