// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package tail

import "time"

// maxFailures is how often what fails is tried again, firstRetry how long after the
// first failure; the time doubles.
const maxFailures, firstRetry = 5, 10 * time.Millisecond

// retries says how often something has failed, one time after another.
type retries struct {
	failures int
	at       time.Time // when to try again
}

// fail counts a failure, unless it comes before another try was due: it is the same.
func (r *retries) fail(now time.Time) {
	if r.waits(now) {
		return
	}
	r.failures++
	r.at = now.Add(firstRetry << min(r.failures, maxFailures))
}

// waits reports whether it is too early for another try.
func (r *retries) waits(now time.Time) bool { return r.failures > 0 && now.Before(r.at) }

// tooMany reports whether it is not worth while any more.
func (r *retries) tooMany() bool { return r.failures > maxFailures }

// under reports whether another try is to come.
func (r *retries) under() bool { return r.failures > 0 && !r.tooMany() }
