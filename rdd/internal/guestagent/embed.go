// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

//go:build embed_guestagent

package guestagent

import "embed"

//go:embed bin/lima-guestagent.Linux-*.gz
var embedded embed.FS
