// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import (
	"io"
	"log"
	"os"
)

// logger is the interface of nxadm/tail: what a [log.Logger] has. Only Printf
// is called; the library neither panics nor ends the process.
type logger interface {
	Fatal(v ...any)
	Fatalf(format string, v ...any)
	Fatalln(v ...any)
	Panic(v ...any)
	Panicf(format string, v ...any)
	Panicln(v ...any)
	Print(v ...any)
	Printf(format string, v ...any)
	Println(v ...any)
}

var (
	// DefaultLogger writes to standard error. It is used only where a Config
	// names it.
	DefaultLogger = log.New(os.Stderr, "", log.LstdFlags)
	// DiscardingLogger logs nothing, as does a Config without Logger.
	DiscardingLogger = log.New(io.Discard, "", 0)
)
