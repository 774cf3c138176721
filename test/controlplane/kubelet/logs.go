package kubelet

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
	"net/http"
	"strconv"
	"strings"
	"time"

	corev1 "k8s.io/api/core/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
)

// serveLogs answers what the API server asks a kubelet for `pods/log`, for all nodes on one port. Only the API server may ask.
func (it *kubelet) serveLogs(ctx context.Context, chosen Options) (int32, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	routes := http.NewServeMux()
	routes.HandleFunc("GET /containerLogs/{namespace}/{pod}/{container}", it.logs)
	server := &http.Server{
		Handler:           routes,
		ReadHeaderTimeout: 10 * time.Second,
		TLSConfig: &tls.Config{
			Certificates: []tls.Certificate{chosen.Certificate},
			ClientAuth:   tls.RequireAndVerifyClientCert,
			ClientCAs:    chosen.ClientAuthority,
			MinVersion:   tls.VersionTLS12,
		},
	}
	go func() { _ = server.ServeTLS(listener, "", "") }() // It ends with Close, and then there is nobody to tell.
	go func() {
		<-ctx.Done()
		_ = server.Close()
	}()
	return int32(listener.Addr().(*net.TCPAddr).Port), nil
}

func (it *kubelet) logs(response http.ResponseWriter, request *http.Request) {
	name, container := request.PathValue("pod"), request.PathValue("container")
	// Not from the cache: whoever asks may have read a status that has not come back to us yet.
	pod, err := it.client.CoreV1().Pods(request.PathValue("namespace")).Get(request.Context(), name, metav1.GetOptions{})
	if err != nil {
		http.Error(response, fmt.Sprintf("pod %q: %v", name, err), http.StatusNotFound)
		return
	}
	query := request.URL.Query()
	previous := query.Get("previous") == "true"
	if reason := whyNoLogs(pod, container, previous); reason != "" {
		http.Error(response, reason, http.StatusBadRequest)
		return
	}
	text := logText(pod, container)
	if lines, err := strconv.Atoi(query.Get("tailLines")); err == nil {
		text = tail(text, lines)
	}
	if limit, err := strconv.Atoi(query.Get("limitBytes")); err == nil && limit < len(text) {
		text = text[:limit]
	}
	response.Header().Set("Content-Type", "text/plain")
	_, _ = response.Write([]byte(text)) // Whoever asked may have gone; that is theirs.
	if query.Get("follow") == "true" && !previous {
		it.waitForEnd(request.Context(), response, pod)
	}
}

// whyNoLogs words the kubelet's own refusals, which people know from kubectl.
func whyNoLogs(pod *corev1.Pod, container string, previous bool) string {
	statuses := append(append([]corev1.ContainerStatus{}, pod.Status.InitContainerStatuses...), pod.Status.ContainerStatuses...)
	for _, status := range statuses {
		if status.Name != container {
			continue
		}
		waiting, last := status.State.Waiting, status.LastTerminationState.Terminated
		switch {
		case previous && last == nil:
			return fmt.Sprintf("previous terminated container %q in pod %q not found", container, pod.Name)
		case waiting == nil || last != nil:
			return ""
		case waiting.Reason == "ImagePullBackOff" || waiting.Reason == "ErrImagePull":
			return fmt.Sprintf("container %q in pod %q is waiting to start: trying and failing to pull image", container, pod.Name)
		default:
			return fmt.Sprintf("container %q in pod %q is waiting to start: %s", container, pod.Name, waiting.Reason)
		}
	}
	return fmt.Sprintf("container %q in pod %q is not available", container, pod.Name)
}

func logText(pod *corev1.Pod, container string) string {
	text, said := pod.Annotations[Logs]
	if !said {
		text = fmt.Sprintf("%s/%s: container %s has nothing to say", pod.Namespace, pod.Name, container)
	}
	return strings.TrimSuffix(text, "\n") + "\n"
}

func tail(text string, lines int) string {
	all := strings.SplitAfter(strings.TrimSuffix(text, "\n"), "\n")
	return strings.Join(all[max(0, len(all)-max(0, lines)):], "") + "\n"
}

// waitForEnd holds the answer open as long as the containers run.
func (it *kubelet) waitForEnd(ctx context.Context, response http.ResponseWriter, pod *corev1.Pod) {
	if flusher, ok := response.(http.Flusher); ok {
		flusher.Flush()
	}
	for {
		now, err := it.pods.Pods(pod.Namespace).Get(pod.Name)
		if err != nil || now.UID != pod.UID || now.Status.Phase != corev1.PodRunning {
			return
		}
		select {
		case <-ctx.Done():
			return
		case <-time.After(100 * time.Millisecond):
		}
	}
}
