// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"
)

// TestDatedFilesThatAreGoneAreForgotten: there is no end of them.
func TestDatedFilesThatAreGoneAreForgotten(t *testing.T) {
	path, archive := filepath.Join(scratchFolder(t), "log"), scratchFolder(t)
	put(t, path, "one\n")
	f := polledFollower(t, path, Config{GracePeriod: -1})
	for i := range 9 {
		drain(f)
		dated := fmt.Sprintf("log-%d", 20260101+i)
		must(t, os.Rename(path, path+dated[3:]))
		put(t, path, "one\n")
		f.looked = time.Now().Add(-lookEvery)
		drain(f)
		must(t, os.Rename(path+dated[3:], filepath.Join(archive, dated)))
	}
	if n := len(f.known); n > 1 {
		t.Errorf("%d files are remembered, want one", n)
	}
}
