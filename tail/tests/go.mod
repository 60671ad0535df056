module github.com/rancher-sandbox/rancher-desktop-daemon/tail/tests

go 1.25.0

require github.com/rancher-sandbox/rancher-desktop-daemon/tail v0.1.0

require (
	github.com/rogpeppe/go-internal v1.14.1
	golang.org/x/tools v0.26.0 // indirect
)

require (
	github.com/fsnotify/fsnotify v1.10.1
	go.uber.org/goleak v1.3.0
	golang.org/x/sys v0.26.0 // indirect
	gopkg.in/tomb.v1 v1.0.0-20141024135613-dd632973f1e7
)

replace github.com/rancher-sandbox/rancher-desktop-daemon/tail => ../
