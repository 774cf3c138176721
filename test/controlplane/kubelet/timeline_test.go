package kubelet

import (
	"fmt"
	"testing"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

const always, onFailure, once = corev1.RestartPolicyAlways, corev1.RestartPolicyOnFailure, corev1.RestartPolicyNever

type asked = map[string]string

// TestTimeline says of each script what a reader of the pod would see at some times.
func TestTimeline(t *testing.T) {
	for _, row := range []struct {
		name        string
		restarts    corev1.RestartPolicy
		annotations asked
		seen        map[string]string
	}{
		{"runs", always, nil, map[string]string{"0s": "Running ready", "24h": "Running ready"}},
		{"succeeds after a moment", once, nil, map[string]string{"0s": "Running ready", "199ms": "Running ready", "200ms": "Succeeded"}},
		{"starts later", always, asked{StartAfter: "2s"}, map[string]string{"1999ms": "Pending ContainerCreating", "2s": "Running ready"}},
		{"is ready later", always, asked{StartAfter: "1s", ReadyAfter: "2s"}, map[string]string{"2999ms": "Running", "3s": "Running ready"}},
		{"is never ready", always, asked{ReadyAfter: "never"}, map[string]string{"24h": "Running"}},
		{"runs longer", once, asked{RunFor: "3s"}, map[string]string{"2999ms": "Running ready", "3s": "Succeeded"}},
		{"runs forever", once, asked{RunFor: "forever"}, map[string]string{"24h": "Running ready"}},
		{"fails", once, asked{ExitCode: "3"}, map[string]string{"100ms": "Running ready", "200ms": "Failed"}},
		{"cannot pull", always, asked{Fail: "ImagePullBackOff"}, map[string]string{"0s": "Pending ImagePullBackOff", "24h": "Pending ImagePullBackOff"}},
		{"crashes", always, asked{Fail: crashLoopBackOff}, map[string]string{
			"0s": "Running CrashLoopBackOff restarts=1", "9s": "Running CrashLoopBackOff restarts=1", "10s": "Running CrashLoopBackOff restarts=2",
			"30s": "Running CrashLoopBackOff restarts=3",
		}},
		{"crashes after a while", always, asked{RunFor: "1s", ExitCode: "1", BackOff: "4s"}, map[string]string{
			"999ms": "Running ready", "1s": "Running ready restarts=1", "2s": "Running CrashLoopBackOff restarts=1", "6s": "Running ready restarts=2",
			"7s": "Running CrashLoopBackOff restarts=2", "15s": "Running ready restarts=3",
		}},
		{"is tried again only on failure", onFailure, asked{RunFor: "1s"}, map[string]string{"1s": "Succeeded"}},
		{"is tried again on failure", onFailure, asked{RunFor: "1s", ExitCode: "1"}, map[string]string{"1s": "Running ready restarts=1"}},
		{"has no back-off", always, asked{Fail: crashLoopBackOff, BackOff: "0s"}, map[string]string{"0s": "Running CrashLoopBackOff restarts=1"}},
		{"says nonsense", always, asked{ReadyAfter: "soon"}, map[string]string{"0s": "Running ready"}},
	} {
		pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: row.annotations}, Spec: corev1.PodSpec{RestartPolicy: row.restarts}}
		for after, expected := range row.seen {
			now, err := time.ParseDuration(after)
			if err != nil {
				t.Fatal(err)
			}
			if seen := describe(scriptOf(pod).at(now)); seen != expected {
				t.Errorf("a pod that %s, after %s: %q, expected %q", row.name, after, seen, expected)
			}
		}
	}
}

// TestNext holds that a pod is looked at again exactly when it changes, and never when it does not.
func TestNext(t *testing.T) {
	pod := &corev1.Pod{ObjectMeta: metav1.ObjectMeta{Annotations: asked{StartAfter: "1500ms", ReadyAfter: "250ms", RunFor: "2s"}}, Spec: corev1.PodSpec{RestartPolicy: once}}
	told, now, seen := scriptOf(pod), time.Duration(0), ""
	for now != never {
		seen += fmt.Sprintf("%v ", now)
		now = told.at(now).next
	}
	if expected := "0s 1.5s 1.75s 3.5s "; seen != expected {
		t.Errorf("looked at %q, expected %q", seen, expected)
	}
}

func describe(state moment) string {
	text := string(state.phase)
	if state.waiting != "" {
		text += " " + state.waiting
	}
	if state.ready {
		text += " ready"
	}
	if state.restarts > 0 {
		text += fmt.Sprintf(" restarts=%d", state.restarts)
	}
	return text
}
