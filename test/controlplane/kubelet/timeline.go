package kubelet

import (
	"time"

	corev1 "k8s.io/api/core/v1"
)

// moment is the state of a pod's containers at one point of its script. Times are counted from when the kubelet took the pod on.
type moment struct {
	phase corev1.PodPhase
	// waiting is the reason with which containers wait; empty while they run and after they ended for good.
	waiting string
	ready   bool
	// since is when the present run began; of a container that ended, when its last run began.
	since time.Duration
	// endedAt is when the last run ended; meaningful where ended is set.
	ended    bool
	endedAt  time.Duration
	restarts int32
	// next is when something changes; `never` where nothing does.
	next time.Duration
}

// at plays the script up to `now`. It is the whole behaviour of a pod: the rest of the kubelet only writes down what it says.
func (told script) at(now time.Duration) moment {
	if now < told.startAfter {
		return moment{phase: corev1.PodPending, waiting: containerCreating, next: told.startAfter}
	}
	if told.neverStarts != "" {
		return moment{phase: corev1.PodPending, waiting: told.neverStarts, next: never}
	}
	return told.running(now)
}

// running walks from one run of the containers to the next. As in a real kubelet the first restart follows at once, and only then is there a back-off.
func (told script) running(now time.Duration) moment {
	state := moment{phase: corev1.PodRunning, since: told.startAfter}
	pause := time.Duration(0)
	for {
		end := plus(state.since, told.runFor)
		if now < end {
			readyAt := plus(state.since, told.readyAfter)
			state.waiting, state.ready, state.next = "", now >= readyAt, end
			if !state.ready {
				state.next = min(end, readyAt)
			}
			return state
		}
		state.ended, state.endedAt = true, end
		if !told.startsAgain() {
			state.phase, state.next = corev1.PodSucceeded, never
			if told.exitCode != 0 {
				state.phase = corev1.PodFailed
			}
			return state
		}
		if restart := plus(end, pause); now < restart {
			state.waiting, state.next = crashLoopBackOff, restart
			return state
		} else {
			state.since = restart
		}
		state.restarts++
		pause = told.pauseAfter(pause)
	}
}

func (told script) startsAgain() bool {
	return told.restarts == corev1.RestartPolicyAlways || told.restarts == corev1.RestartPolicyOnFailure && told.exitCode != 0
}

func (told script) pauseAfter(pause time.Duration) time.Duration {
	if pause == 0 {
		// A back-off of nothing would let the walk above stand still for ever.
		return max(told.backOff, time.Millisecond)
	}
	return min(2*pause, max(longestBackOff, told.backOff))
}

// plus stops at `never` instead of running over.
func plus(a, b time.Duration) time.Duration {
	if a > never-b {
		return never
	}
	return a + b
}
