module github.com/rancher-sandbox/rancher-desktop-daemon/hostagentevents

go 1.25.0

require (
	github.com/go-logr/logr v1.4.4
	github.com/google/go-cmp v0.7.0
	github.com/rancher-sandbox/rancher-desktop-daemon/tail v0.1.0
	go.uber.org/goleak v1.3.0
)

require (
	github.com/fsnotify/fsnotify v1.10.1 // indirect
	golang.org/x/sys v0.13.0 // indirect
	gopkg.in/tomb.v1 v1.0.0-20141024135613-dd632973f1e7 // indirect
)

replace github.com/rancher-sandbox/rancher-desktop-daemon/tail => ../tail
