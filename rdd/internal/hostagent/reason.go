// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"bufio"
	"encoding/json"
	"io"
	"os"
	"strings"
)

// maxLogLine bounds what is kept of one line of the log while it is read.
const maxLogLine = 1 << 20

// What lines begin with that tell much, though Lima logs them as mere
// information.
const (
	driverStopped = "Driver stopped due to error: " // the guest ended by itself
	waiting       = "Waiting for "                  // and what follows is still missing
)

// How much a line of the log says about the end of a hostagent.
const (
	saysNothing = iota
	saysWaiting
	saysWarning
	saysError
	saysGuestEnded
	saysFatal
)

// ReasonIn is [Reason] of the file at path; empty if it cannot be read.
func ReasonIn(path string) string {
	log, err := os.Open(path)
	if err != nil {
		return ""
	}
	defer log.Close()
	return Reason(log)
}

// Reason picks from a hostagent's ha.stderr.log what best explains how it went:
// the last line of the gravest kind, be that a fatal error or a Go panic, the
// end of the guest, an error, a warning, or what it waits for. It is empty if
// there is none.
func Reason(log io.Reader) (reason string) {
	lines := bufio.NewScanner(log)
	lines.Buffer(nil, maxLogLine)
	gravest := saysNothing
	for lines.Scan() {
		if gravity, text := weigh(lines.Bytes()); gravity > saysNothing && gravity >= gravest {
			gravest, reason = gravity, text
		}
	}
	return reason
}

// weigh takes one line apart. Besides logrus' JSON, the log holds plain text: of
// that, only what ends the process counts.
func weigh(line []byte) (gravity int, text string) {
	var entry struct{ Level, Msg, Error string }
	if json.Unmarshal(line, &entry) != nil {
		return weighText(string(line))
	}
	text = entry.Msg
	if entry.Error != "" {
		text += ": " + entry.Error
	}
	if ended, ok := strings.CutPrefix(text, driverStopped); ok {
		return saysGuestEnded, strings.Trim(ended, "`")
	}
	if strings.HasPrefix(text, waiting) {
		return saysWaiting, text
	}
	return levels[entry.Level], text
}

var levels = map[string]int{
	"warning": saysWarning,
	"error":   saysError,
	"fatal":   saysFatal,
	"panic":   saysFatal,
}

func weighText(line string) (gravity int, text string) {
	if strings.HasPrefix(line, "panic: ") || strings.HasPrefix(line, "fatal error: ") {
		return saysFatal, line
	}
	return saysNothing, ""
}
