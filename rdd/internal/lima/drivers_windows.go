// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package lima

import _ "github.com/lima-vm/lima/v2/pkg/driver/wsl2" // registers itself
