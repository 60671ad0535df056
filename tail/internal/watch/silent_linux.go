// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import (
	"syscall"

	"github.com/rancher-sandbox/rancher-desktop-daemon/tail/internal/fileid"
)

// silentTypes are the types of file systems, as statfs(2) has them, whose
// inotify does not tell of all changes.
var silentTypes = map[uint32]string{
	// Others may write to these from elsewhere.
	0x00006969: "nfs",
	0x0000517B: "smb",
	0xFE534D42: "smb2",
	0xFF534D42: "cifs",
	0x01021997: "9p",
	0x65735546: "fuse", // virtiofs too
	0x00C36400: "ceph",
	0x0BD00BD0: "lustre",
	0x47504653: "gpfs",
	0x5346414F: "afs",
	0x6B414653: "afs",
	0x73757245: "coda",
	0x01161970: "gfs2",
	0x7461636F: "ocfs2",
	0x786F4256: "vboxsf",
	0xBACBACBC: "vmhgfs",
	// Nobody writes to these: they are made when they are read.
	0x00009FA0: "proc",
	0x62656572: "sysfs",
	0x64626720: "debugfs",
	0x74726163: "tracefs",
	0x73636673: "securityfs",
	0x0027E0EB: "cgroup",
	0x63677270: "cgroup2",
}

// silentFile returns ErrSilent where the file system of f does not tell of all
// changes. One that cannot be asked is taken to do so.
func silentFile(f *fileid.File) error {
	var st syscall.Statfs_t
	return silentIf(syscall.Fstatfs(int(f.Fd()), &st) == nil, &st)
}

// silentDir is silentFile for a folder.
func silentDir(dir string) error {
	var st syscall.Statfs_t
	return silentIf(syscall.Statfs(dir, &st) == nil, &st)
}

func silentIf(known bool, st *syscall.Statfs_t) error {
	if !known {
		return nil
	}
	return silent(silentTypes[uint32(st.Type)]) //nolint:gosec // its width differs between the architectures
}
