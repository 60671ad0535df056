// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagent

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"os"
	"strings"
)

// maxLogLine is how long a line of the log may be to be read at all.
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
	lines := bufio.NewReaderSize(log, maxLogLine)
	gravest := saysNothing
	for {
		line, err := nextLine(lines)
		if gravity, text := weigh(line); gravity > saysNothing && gravity >= gravest {
			gravest, reason = gravity, text
		}
		if err != nil {
			return reason
		}
	}
}

// nextLine returns the next line; empty in place of one that is too long.
func nextLine(lines *bufio.Reader) (line []byte, err error) {
	line, err = lines.ReadSlice('\n')
	if !errors.Is(err, bufio.ErrBufferFull) {
		return bytes.TrimRight(line, "\r\n"), err
	}
	for errors.Is(err, bufio.ErrBufferFull) {
		_, err = lines.ReadSlice('\n')
	}
	return nil, err
}

// weigh takes one line apart. Besides logrus' JSON, the log holds plain text: of
// that, only what ends the process counts.
func weigh(line []byte) (gravity int, text string) {
	var entry map[string]any
	if json.Unmarshal(line, &entry) != nil {
		return weighText(string(line))
	}
	text = asText(entry["msg"])
	if err := asText(entry["error"]); err != "" {
		text += ": " + err
	}
	if ended, ok := strings.CutPrefix(text, driverStopped); ok {
		return saysGuestEnded, strings.Trim(ended, "`")
	}
	if strings.HasPrefix(text, waiting) {
		return saysWaiting, text
	}
	return levels[asText(entry["level"])], text
}

// asText is a field of the log, whatever its type: not all errors are strings.
func asText(field any) string {
	switch field := field.(type) {
	case nil:
		return ""
	case string:
		return field
	}
	text, _ := json.Marshal(field) // it has been JSON
	return string(text)
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
