package kubelet

import (
	"fmt"
	"hash/fnv"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// statusOf writes a moment of a pod's script as the status that a real kubelet would report. `taken` is when the kubelet took the pod on.
func statusOf(pod *corev1.Pod, state moment, told script, taken time.Time) corev1.PodStatus {
	status := *pod.Status.DeepCopy()
	if status.StartTime == nil {
		status.StartTime = &metav1.Time{Time: taken}
	}
	status.Phase = state.phase
	status.HostIP, status.HostIPs = "127.0.0.1", []corev1.HostIP{{IP: "127.0.0.1"}}
	if state.phase != corev1.PodPending {
		status.PodIP = addressOf(pod)
		status.PodIPs = []corev1.PodIP{{IP: status.PodIP}}
	}
	write := containerWriter{pod: pod, state: state, told: told, taken: taken}
	status.InitContainerStatuses = write.all(pod.Spec.InitContainers, true)
	status.ContainerStatuses = write.all(pod.Spec.Containers, false)
	setConditions(&status, pod, state)
	return status
}

// addressOf gives each pod an address of the pod network that stays the same.
func addressOf(pod *corev1.Pod) string {
	hash := fnv.New32a()
	_, _ = hash.Write([]byte(pod.UID))
	sum := hash.Sum32()
	return fmt.Sprintf("10.244.%d.%d", (sum>>8)&0xff, 1+sum%254)
}

type containerWriter struct {
	pod   *corev1.Pod
	state moment
	told  script
	taken time.Time
}

func (it containerWriter) all(containers []corev1.Container, init bool) []corev1.ContainerStatus {
	var written []corev1.ContainerStatus
	for _, container := range containers {
		sidecar := container.RestartPolicy != nil && *container.RestartPolicy == corev1.ContainerRestartPolicyAlways
		written = append(written, it.one(container, init && !sidecar))
	}
	return written
}

// one container. The script is of the main containers; init containers have done their work as soon as the pod runs.
func (it containerWriter) one(container corev1.Container, init bool) corev1.ContainerStatus {
	started := false
	status := corev1.ContainerStatus{Name: container.Name, Image: container.Image, Started: &started}
	if it.state.phase == corev1.PodPending {
		status.State.Waiting = &corev1.ContainerStateWaiting{Reason: it.state.waiting, Message: messageFor(it.state.waiting, container.Image)}
		return status
	}
	status.ImageID = "fake://" + container.Image
	status.ContainerID = fmt.Sprintf("fake://%s/%s/%d", it.pod.UID, container.Name, it.state.restarts)
	if init {
		status.Ready = true
		status.State.Terminated = it.terminated(0, it.told.startAfter, it.told.startAfter)
		return status
	}
	status.RestartCount = it.state.restarts
	last := it.terminated(it.told.exitCode, it.state.since, it.state.endedAt)
	switch {
	case it.state.waiting != "":
		status.State.Waiting = &corev1.ContainerStateWaiting{Reason: it.state.waiting, Message: messageFor(it.state.waiting, container.Image)}
		status.LastTerminationState.Terminated = last
	case it.state.phase != corev1.PodRunning:
		status.State.Terminated = last
	default:
		started = true
		status.Ready = it.state.ready
		status.State.Running = &corev1.ContainerStateRunning{StartedAt: it.when(it.state.since)}
		if it.state.ended {
			status.LastTerminationState.Terminated = it.terminated(it.told.exitCode, it.state.endedAt-it.told.runFor, it.state.endedAt)
		}
	}
	return status
}

func (it containerWriter) terminated(code int32, from, to time.Duration) *corev1.ContainerStateTerminated {
	reason := "Completed"
	if code != 0 {
		reason = "Error"
	}
	return &corev1.ContainerStateTerminated{Reason: reason, ExitCode: code, StartedAt: it.when(from), FinishedAt: it.when(to)}
}

// when turns a time of the script into one of the API, which has whole seconds.
func (it containerWriter) when(after time.Duration) metav1.Time {
	return metav1.NewTime(it.taken.Add(after).Truncate(time.Second))
}

func messageFor(reason, image string) string {
	switch reason {
	case containerCreating:
		return ""
	case crashLoopBackOff:
		return "back-off restarting failed container"
	case "ImagePullBackOff":
		return fmt.Sprintf("Back-off pulling image %q", image)
	default:
		return "asked for by the annotation " + Fail
	}
}

func setConditions(status *corev1.PodStatus, pod *corev1.Pod, state moment) {
	notReady := ""
	switch {
	case state.phase == corev1.PodSucceeded || state.phase == corev1.PodFailed:
		notReady = "PodCompleted"
	case !state.ready:
		notReady = "ContainersNotReady"
	}
	set := func(kind corev1.PodConditionType, holds bool, reason string) {
		setCondition(status, pod.Generation, kind, holds, reason)
	}
	set(corev1.PodReadyToStartContainers, state.waiting != containerCreating, "")
	set(corev1.PodInitialized, state.phase != corev1.PodPending || len(pod.Spec.InitContainers) == 0, "")
	set(corev1.ContainersReady, state.ready, notReady)
	if state.ready && !gatesOpen(pod) {
		set(corev1.PodReady, false, "ReadinessGatesNotReady")
	} else {
		set(corev1.PodReady, state.ready, notReady)
	}
}

func setCondition(status *corev1.PodStatus, generation int64, kind corev1.PodConditionType, holds bool, reason string) {
	value := corev1.ConditionFalse
	if holds {
		value = corev1.ConditionTrue
	}
	for index := range status.Conditions {
		if known := &status.Conditions[index]; known.Type == kind {
			if known.Status != value {
				known.LastTransitionTime = metav1.Now()
			}
			known.Status, known.Reason, known.ObservedGeneration = value, reason, generation
			return
		}
	}
	status.Conditions = append(status.Conditions, corev1.PodCondition{
		Type: kind, Status: value, Reason: reason, LastTransitionTime: metav1.Now(), ObservedGeneration: generation,
	})
}

// gatesOpen: conditions that others set on the pod, and that it is to wait for.
func gatesOpen(pod *corev1.Pod) bool {
	for _, gate := range pod.Spec.ReadinessGates {
		open := false
		for _, condition := range pod.Status.Conditions {
			open = open || condition.Type == gate.ConditionType && condition.Status == corev1.ConditionTrue
		}
		if !open {
			return false
		}
	}
	return true
}
