// SPDX-FileCopyrightText: The rancher-desktop-daemon authors
// SPDX-License-Identifier: MIT

package watch

import "sync"

// queueLength bounds the events that wait for a consumer. The oldest go first:
// the last ones tell how things are now.
const queueLength = 1024

// queue holds events for a consumer who may be slow, or not there: to put one
// in takes no time.
type queue[E any] struct {
	out   chan E // closed by pump, which alone sends on it
	leave func() // ends the subscription

	mu      sync.Mutex
	waiting []E

	more chan struct{} // capacity one: there are some waiting
	quit chan struct{} // closed by close, to end pump
}

func newQueue[E any]() *queue[E] {
	return &queue[E]{out: make(chan E), more: make(chan struct{}, 1), quit: make(chan struct{})}
}

func (q *queue[E]) put(event E) {
	q.mu.Lock()
	if len(q.waiting) == queueLength {
		q.waiting = q.waiting[1:]
	}
	q.waiting = append(q.waiting, event)
	q.mu.Unlock()
	select {
	case q.more <- struct{}{}:
	default:
	}
}

func (q *queue[E]) take() []E {
	q.mu.Lock()
	defer q.mu.Unlock()
	events := q.waiting
	q.waiting = nil
	return events
}

// pump sends what is put in, until close.
func (q *queue[E]) pump() {
	defer close(q.out)
	for {
		select {
		case <-q.more:
		case <-q.quit:
			return
		}
		for _, event := range q.take() {
			select {
			case q.out <- event:
			case <-q.quit:
				return
			}
		}
	}
}

// close ends pump and waits for its end: what is waiting is lost.
func (q *queue[E]) close() {
	close(q.quit)
	for range q.out {
		continue
	}
}
