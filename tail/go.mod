module github.com/rancher-sandbox/rancher-desktop-daemon/tail

go 1.25.0

require (
	github.com/fsnotify/fsnotify v1.8.0
	gopkg.in/tomb.v1 v1.0.0-20141024135613-dd632973f1e7
)

require golang.org/x/sys v0.13.0 // indirect
