// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package siblings

import (
	"strings"
	"testing"
)

// TestDatesInTheOrderOfTime: in each row a name is later than those before it.
func TestDatesInTheOrderOfTime(t *testing.T) {
	for _, row := range []string{
		"app.log-20251231 app.log-20260101",
		"app-2026-01-01.log app-2026-01-01.1.log app-2026-01-01.2.log app-2026-01-01.10.log app-2026-01-02.1.log",
		"app-2026-01-01-9.log app-2026-01-01-10.log",
		"app.log.20260101_09.9 app.log.20260101_09.10 app.log.20260101_10.1",
		"app-20260101-095959.log app-20260101-100000.log",
		"app-20260101T100000-9.log app-20260101T100000-10.log",
		"app-2026-01-01T10-00-00.000.log app-2026-01-01T10-00-00.010.log app-2026-01-01T10-00-01.000.log",
		"app.log.2026-01-01T10:00:00Z app.log.2026-01-01T10:00:00.25Z app.log.2026-01-01T10:00:00.5Z",
	} {
		names := strings.Fields(row)
		for i, later := range names {
			for _, name := range names[:i] {
				a, b := Parse("app.log", name), Parse("app.log", later)
				if !a.Dated() || !b.Later(a) || a.Later(b) {
					t.Errorf("%s is not later than %s: %+v, %+v", later, name, b, a)
				}
			}
		}
	}
}
