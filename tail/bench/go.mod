module github.com/rancher-sandbox/rancher-desktop-daemon/tail/bench

go 1.25.0

require (
	github.com/grafana/tail v0.0.0-20230510142333-77b18831edf0
	github.com/hpcloud/tail v1.0.0
	github.com/nxadm/tail v1.4.11
	github.com/rancher-sandbox/rancher-desktop-daemon/tail v0.1.0
	golang.org/x/sys v0.13.0
)

require (
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	gopkg.in/fsnotify.v1 v1.4.7 // indirect
	gopkg.in/fsnotify/fsnotify.v1 v1.4.7 // indirect
	gopkg.in/tomb.v1 v1.0.0-20141024135613-dd632973f1e7 // indirect
)

replace github.com/rancher-sandbox/rancher-desktop-daemon/tail => ../
