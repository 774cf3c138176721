package kubelet

import (
	"context"
	"fmt"
	"slices"
	"time"

	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	"k8s.io/apimachinery/pkg/api/resource"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/util/wait"
)

const (
	heartbeatEvery = 10 * time.Second
	leaseSeconds   = 40
	leaseNamespace = corev1.NamespaceNodeLease
)

func (it *kubelet) isOurs(pod *corev1.Pod) bool { return slices.Contains(it.nodes, pod.Spec.NodeName) }

// startNodes registers the nodes and keeps them alive. A control plane that has just started refuses for a moment, so each is tried again.
func (it *kubelet) startNodes(ctx context.Context, count int, port int32) error {
	for number := range count {
		name := fmt.Sprintf("fake-%d", number)
		it.nodes = append(it.nodes, name)
		var last error
		tried := wait.PollUntilContextTimeout(ctx, 50*time.Millisecond, 30*time.Second, true, func(ctx context.Context) (bool, error) {
			last = it.register(ctx, name, port)
			return last == nil, nil
		})
		if tried != nil {
			return fmt.Errorf("node %s: %w (%v)", name, tried, last)
		}
	}
	go wait.UntilWithContext(ctx, func(ctx context.Context) {
		for _, name := range it.nodes {
			_ = it.heartbeat(ctx, name) // The next one comes soon enough; a node is lost only after four.
		}
	}, heartbeatEvery)
	return nil
}

func (it *kubelet) register(ctx context.Context, name string, port int32) error {
	nodes := it.client.CoreV1().Nodes()
	node, err := nodes.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		labels := map[string]string{corev1.LabelHostname: name, corev1.LabelOSStable: "linux", corev1.LabelArchStable: "amd64"}
		node, err = nodes.Create(ctx, &corev1.Node{ObjectMeta: metav1.ObjectMeta{Name: name, Labels: labels}}, metav1.CreateOptions{})
	}
	if err != nil {
		return err
	}
	node.Status = nodeStatus(name, port)
	if node, err = nodes.UpdateStatus(ctx, node, metav1.UpdateOptions{}); err != nil {
		return err
	}
	if len(node.Spec.Taints) > 0 {
		// A new node is tainted as not ready. The controller that takes this off looks only every few seconds.
		node.Spec.Taints = nil
		if _, err := nodes.Update(ctx, node, metav1.UpdateOptions{}); err != nil {
			return err
		}
	}
	return it.heartbeat(ctx, name)
}

func nodeStatus(name string, port int32) corev1.NodeStatus {
	room := corev1.ResourceList{
		corev1.ResourceCPU:              resource.MustParse("64"),
		corev1.ResourceMemory:           resource.MustParse("256Gi"),
		corev1.ResourcePods:             resource.MustParse("1000"),
		corev1.ResourceEphemeralStorage: resource.MustParse("1Ti"),
	}
	now := metav1.Now()
	condition := func(kind corev1.NodeConditionType, status corev1.ConditionStatus) corev1.NodeCondition {
		return corev1.NodeCondition{Type: kind, Status: status, Reason: "Pretended", LastHeartbeatTime: now, LastTransitionTime: now}
	}
	return corev1.NodeStatus{
		Capacity:    room,
		Allocatable: room,
		NodeInfo: corev1.NodeSystemInfo{
			KubeletVersion: "v1.36.3", OSImage: "none", OperatingSystem: "linux", Architecture: "amd64", ContainerRuntimeVersion: "fake://0",
		},
		Addresses: []corev1.NodeAddress{
			{Type: corev1.NodeInternalIP, Address: "127.0.0.1"}, {Type: corev1.NodeHostName, Address: name},
		},
		DaemonEndpoints: corev1.NodeDaemonEndpoints{KubeletEndpoint: corev1.DaemonEndpoint{Port: port}},
		Conditions: []corev1.NodeCondition{
			condition(corev1.NodeReady, corev1.ConditionTrue),
			condition(corev1.NodeMemoryPressure, corev1.ConditionFalse),
			condition(corev1.NodeDiskPressure, corev1.ConditionFalse),
			condition(corev1.NodePIDPressure, corev1.ConditionFalse),
		},
	}
}

// heartbeat renews the node's lease, by which the controller manager tells that it lives.
func (it *kubelet) heartbeat(ctx context.Context, name string) error {
	leases := it.client.CoordinationV1().Leases(leaseNamespace)
	now, seconds := metav1.NewMicroTime(time.Now()), int32(leaseSeconds)
	lease, err := leases.Get(ctx, name, metav1.GetOptions{})
	if apierrors.IsNotFound(err) {
		_, err = leases.Create(ctx, &coordinationv1.Lease{
			ObjectMeta: metav1.ObjectMeta{Name: name},
			Spec:       coordinationv1.LeaseSpec{HolderIdentity: &name, LeaseDurationSeconds: &seconds, RenewTime: &now},
		}, metav1.CreateOptions{})
		return err
	}
	if err != nil {
		return err
	}
	lease.Spec.RenewTime = &now
	_, err = leases.Update(ctx, lease, metav1.UpdateOptions{})
	return err
}
