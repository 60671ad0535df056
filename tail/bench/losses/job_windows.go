// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package main

import "errors"

func makePipe(string) error { return errors.ErrUnsupported }

func maxRSS() (int, error) { return 0, errors.ErrUnsupported }
