// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

import (
	"fmt"
	"slices"
)

// Phase is where a hostagent and its guest are in their life, see [State]. As
// text, and so in JSON, it is its name.
type Phase int

// The phases.
const (
	// Unknown: no event has come yet. It is the zero value.
	Unknown Phase = iota
	// Starting: the guest boots, as far as is known.
	Starting
	// Running: the guest meets all requirements.
	Running
	// Degraded: the guest runs and does not meet all of them; State.Errors
	// says which.
	Degraded
	// Exiting: the hostagent has been asked to stop or says that it exits.
	Exiting
)

var phases = []string{"Unknown", "Starting", "Running", "Degraded", "Exiting"}

func (p Phase) String() string {
	if p < 0 || int(p) >= len(phases) {
		return fmt.Sprintf("Phase(%d)", int(p))
	}
	return phases[p]
}

// MarshalText returns the phase's name.
func (p Phase) MarshalText() ([]byte, error) { return []byte(p.String()), nil }

// UnmarshalText takes a phase's name.
func (p *Phase) UnmarshalText(text []byte) error {
	i := slices.Index(phases, string(text))
	if i < 0 {
		return fmt.Errorf("hostagentevents: no phase is named %q", text)
	}
	*p = Phase(i)
	return nil
}
