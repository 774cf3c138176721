package kubelet

import (
	"strconv"
	"time"

	corev1 "k8s.io/api/core/v1"
)

// Annotations with which a pod says how its containers are to behave. Without any, containers start at once and are ready at once; those
// of a pod that does not restart succeed after a moment.
const (
	// StartAfter delays the start: the pod stays Pending, its containers wait with ContainerCreating.
	StartAfter = "fake.kubelet/start-after"
	// ReadyAfter delays readiness after each start; "never" is a value.
	ReadyAfter = "fake.kubelet/ready-after"
	// RunFor is when the containers exit, counted from their start; "forever" is a value.
	RunFor = "fake.kubelet/run-for"
	// ExitCode is what they then exit with.
	ExitCode = "fake.kubelet/exit-code"
	// Fail is a reason for which the containers never start (ImagePullBackOff, ErrImagePull, CreateContainerConfigError, …), or
	// CrashLoopBackOff: they exit with 1 as soon as they run, again and again.
	Fail = "fake.kubelet/fail"
	// BackOff is the first delay between two restarts, doubled each time up to five minutes.
	BackOff = "fake.kubelet/back-off"
	// StopAfter is how long the pod takes to end once it is deleted; "never" is a value.
	StopAfter = "fake.kubelet/stop-after"
	// Logs is what `kubectl logs` shows instead of the default line.
	Logs = "fake.kubelet/logs"
)

const (
	never              = time.Duration(1<<63 - 1)
	defaultRunFor      = 200 * time.Millisecond
	defaultBackOff     = 10 * time.Second
	longestBackOff     = 5 * time.Minute
	crashLoopBackOff   = "CrashLoopBackOff"
	containerCreating  = "ContainerCreating"
	exitCodeOfSigterm  = 143
	exitCodeOfACrasher = 1
)

// script is what a pod's annotations ask for, with every default filled in.
type script struct {
	startAfter, readyAfter, runFor, backOff, stopAfter time.Duration
	exitCode                                           int32
	// neverStarts is the reason with which the containers wait for ever; empty: they start.
	neverStarts string
	restarts    corev1.RestartPolicy
}

func scriptOf(pod *corev1.Pod) script {
	asked := pod.Annotations
	told := script{
		startAfter: duration(asked, StartAfter, 0),
		readyAfter: duration(asked, ReadyAfter, 0),
		runFor:     duration(asked, RunFor, defaultRunFor),
		backOff:    duration(asked, BackOff, defaultBackOff),
		stopAfter:  duration(asked, StopAfter, 0),
		restarts:   pod.Spec.RestartPolicy,
	}
	if code, err := strconv.ParseInt(asked[ExitCode], 10, 32); err == nil {
		told.exitCode = int32(code)
	}
	_, saysWhen := asked[RunFor]
	_, saysHow := asked[ExitCode]
	if told.restarts == corev1.RestartPolicyAlways && !saysWhen && !saysHow {
		told.runFor = never
	}
	switch reason := asked[Fail]; reason {
	case crashLoopBackOff:
		told.runFor = duration(asked, RunFor, 0)
		if told.exitCode == 0 {
			told.exitCode = exitCodeOfACrasher
		}
	default:
		told.neverStarts = reason
	}
	return told
}

// duration reads one annotation. What cannot be read counts as not said: a test that means it will notice that nothing happens.
func duration(annotations map[string]string, name string, otherwise time.Duration) time.Duration {
	switch text := annotations[name]; text {
	case "":
		return otherwise
	case "never", "forever":
		return never
	default:
		read, err := time.ParseDuration(text)
		if err != nil {
			return otherwise
		}
		return read
	}
}
