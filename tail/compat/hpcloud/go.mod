module github.com/hpcloud/tail

go 1.25.0

require (
	github.com/fsnotify/fsnotify v1.10.1
	github.com/rancher-sandbox/rancher-desktop-daemon/tail v0.1.0
	github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat v0.1.0
	gopkg.in/fsnotify.v1 v1.4.7
	gopkg.in/tomb.v1 v1.0.0-20141024135613-dd632973f1e7
)

require golang.org/x/sys v0.13.0 // indirect

replace (
	github.com/rancher-sandbox/rancher-desktop-daemon/tail => ../../
	github.com/rancher-sandbox/rancher-desktop-daemon/tail/compat => ../
)
