// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package nsguest

import (
	"context"
	"errors"
	"fmt"

	"github.com/lima-vm/lima/v2/pkg/limatype"
)

var errNoSnapshots = fmt.Errorf("nsguest: snapshots: %w", errors.ErrUnsupported)

// unsupported is the part of Lima's Driver interface that a namespace has
// nothing to do for.
type unsupported struct{}

func (unsupported) CreateDisk(context.Context) error                         { return nil }
func (unsupported) Delete(context.Context) error                             { return nil }
func (unsupported) AdditionalSetupForSSH(context.Context) error              { return nil }
func (unsupported) BootScripts(context.Context) (map[string][]byte, error)   { return nil, nil }
func (unsupported) InspectStatus(context.Context, *limatype.Instance) string { return "" } // by pid files

func (unsupported) RunGUI(context.Context) error                        { return nil }
func (unsupported) ChangeDisplayPassword(context.Context, string) error { return nil }
func (unsupported) DisplayConnection(context.Context) (string, error)   { return "", nil }

func (unsupported) CreateSnapshot(context.Context, string) error { return errNoSnapshots }
func (unsupported) ApplySnapshot(context.Context, string) error  { return errNoSnapshots }
func (unsupported) DeleteSnapshot(context.Context, string) error { return errNoSnapshots }
func (unsupported) ListSnapshots(context.Context) (string, error) {
	return "", errNoSnapshots
}
