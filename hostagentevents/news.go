// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: Apache-2.0

package hostagentevents

// said is what the events of a run have said so far in the fields that an event
// repeats. The hostagent writes its last status with one field replaced: that
// one is the news, the others are repeated.
type said struct {
	progress recent[CloudInitProgress]
	forward  recent[PortForward]
	vsock    recent[Vsock]
}

// news returns the field that is new in an event; nil for one that is not.
//
// What equals the last that was said is no news. What equals the one before that
// may be either: a port that is forwarded again, or a status that the hostagent
// had read before it wrote the last event. It is a repetition if another field
// is the event's news.
func (s *said) news(status Status) (*CloudInitProgress, *PortForward, *Vsock) {
	progress, forward, vsock := s.progress.judge(status.CloudInitProgress), s.forward.judge(status.PortForward), s.vsock.judge(status.Vsock)
	least := again
	if progress+forward+vsock > again {
		least = fresh
	}
	return s.progress.take(status.CloudInitProgress, progress >= least),
		s.forward.take(status.PortForward, forward >= least),
		s.vsock.take(status.Vsock, vsock >= least)
}

// novelty is how new a field looks by itself.
type novelty int

const (
	repeated novelty = iota // or not there
	again                   // said before the last
	fresh
)

// recent is the last two values of a field; zero values where there were none.
type recent[T comparable] struct{ last, before T }

func (r *recent[T]) judge(value *T) novelty {
	var none T
	switch {
	case value == nil || *value == none || *value == r.last:
		return repeated
	case *value == r.before:
		return again
	}
	return fresh
}

// take remembers a value that is news, and returns it.
func (r *recent[T]) take(value *T, news bool) *T {
	if !news {
		return nil
	}
	r.last, r.before = *value, r.last
	return value
}
