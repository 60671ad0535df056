module github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat/tests

go 1.25.0

require (
	github.com/fsnotify/fsnotify v1.10.1
	github.com/hpcloud/tail v1.0.0
	github.com/nxadm/tail v1.4.11
	github.com/rancher-sandbox/rancher-desktop-daemon/tail v0.1.0
	github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat v0.1.0
	go.uber.org/goleak v1.3.0
	gopkg.in/fsnotify.v1 v1.4.7
	gopkg.in/tomb.v1 v1.0.0-20141024135613-dd632973f1e7
)

require golang.org/x/sys v0.13.0 // indirect

replace (
	github.com/hpcloud/tail => ../hpcloud
	github.com/nxadm/tail => ../nxadm
	github.com/rancher-sandbox/rancher-desktop-daemon/tail => ../../
	github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat => ../
)
