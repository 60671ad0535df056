// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package demo

// With returns options for a guest with a lima.yaml of its own.
func (o Options) With(template []byte) Options {
	o.template = template
	return o
}
