// Package kubelet pretends to be the kubelets of a few nodes: it takes on the pods that the scheduler gives to them and reports, in the
// pods' status, what containers would do. There are no containers. What a pod does can be asked for by annotations (see script.go), so
// that slow, failing and crashing workloads are as easy to have as healthy ones.
//
// It refuses what would need containers: exec, attach, port-forward.
package kubelet

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"sync"
	"time"

	corev1 "k8s.io/api/core/v1"
	apiequality "k8s.io/apimachinery/pkg/api/equality"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/types"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

type Options struct {
	Nodes int
	// Certificate is served to the API server when it asks for logs; ClientAuthority signed the one it shows.
	Certificate     tls.Certificate
	ClientAuthority *x509.CertPool
}

const workersAtOnce = 8

type kubelet struct {
	client kubernetes.Interface
	nodes  []string
	pods   corelisters.PodLister
	queue  workqueue.TypedRateLimitingInterface[cache.ObjectName]
	// memory holds exact times by pod: those in the API have whole seconds.
	memory sync.Map // types.UID → *times
}

// times are when the kubelet first saw a pod, and first saw that it was to be deleted.
type times struct{ taken, deleted time.Time }

// Start returns when the nodes are ready; it goes on in the background until ctx ends.
func Start(ctx context.Context, client kubernetes.Interface, chosen Options) error {
	retries := workqueue.NewTypedItemExponentialFailureRateLimiter[cache.ObjectName](5*time.Millisecond, 5*time.Second)
	it := &kubelet{client: client, queue: workqueue.NewTypedRateLimitingQueue(retries)}
	factory := informers.NewSharedInformerFactory(client, 0)
	it.pods = factory.Core().V1().Pods().Lister()
	port, err := it.serveLogs(ctx, chosen)
	if err != nil {
		return err
	}
	if err := it.startNodes(ctx, chosen.Nodes, port); err != nil {
		return err
	}
	if err := it.followPods(factory); err != nil {
		return err
	}
	volumes, err := newVolumes(client, factory)
	if err != nil {
		return err
	}
	factory.Start(ctx.Done())
	factory.WaitForCacheSync(ctx.Done())
	for range workersAtOnce {
		go it.work(ctx)
	}
	go volumes.work(ctx)
	go func() {
		<-ctx.Done()
		it.queue.ShutDown()
		volumes.queue.ShutDown()
	}()
	return nil
}

func (it *kubelet) followPods(factory informers.SharedInformerFactory) error {
	seen := func(object any) {
		if pod, ok := object.(*corev1.Pod); ok && it.isOurs(pod) {
			it.queue.Add(cache.MetaObjectToName(pod))
		}
	}
	_, err := factory.Core().V1().Pods().Informer().AddEventHandler(cache.ResourceEventHandlerFuncs{
		AddFunc:    seen,
		UpdateFunc: func(_, object any) { seen(object) },
		DeleteFunc: func(object any) {
			if unseen, missed := object.(cache.DeletedFinalStateUnknown); missed {
				object = unseen.Obj
			}
			if pod, ok := object.(*corev1.Pod); ok {
				it.memory.Delete(pod.UID)
			}
		},
	})
	return err
}

func (it *kubelet) work(ctx context.Context) {
	for {
		name, stopped := it.queue.Get()
		if stopped {
			return
		}
		again, err := it.attend(ctx, name)
		switch {
		case err != nil && ctx.Err() == nil:
			it.queue.AddRateLimited(name)
		default:
			it.queue.Forget(name)
			if again > 0 {
				it.queue.AddAfter(name, again)
			}
		}
		it.queue.Done(name)
	}
}

// attend brings one pod's status to where its script is, and says when to look again; 0: not by itself.
func (it *kubelet) attend(ctx context.Context, name cache.ObjectName) (time.Duration, error) {
	pod, err := it.pods.Pods(name.Namespace).Get(name.Name)
	if err != nil {
		return 0, nil // It is gone.
	}
	known := it.timesOf(pod)
	if pod.DeletionTimestamp != nil {
		return it.end(ctx, pod, known)
	}
	if pod.Status.Phase == corev1.PodSucceeded || pod.Status.Phase == corev1.PodFailed {
		return 0, nil
	}
	told := scriptOf(pod)
	now := time.Since(known.taken)
	state := told.at(now)
	if err := it.report(ctx, pod, statusOf(pod, state, told, known.taken)); err != nil || state.next == never {
		return 0, err
	}
	return max(state.next-now, time.Millisecond), nil
}

func (it *kubelet) timesOf(pod *corev1.Pod) *times {
	fresh := &times{taken: time.Now()}
	if pod.Status.StartTime != nil {
		// A kubelet before this one took it on.
		fresh.taken = pod.Status.StartTime.Time
	}
	known, _ := it.memory.LoadOrStore(pod.UID, fresh)
	return known.(*times)
}

func (it *kubelet) report(ctx context.Context, pod *corev1.Pod, status corev1.PodStatus) error {
	if apiequality.Semantic.DeepEqual(pod.Status, status) {
		return nil
	}
	changed := pod.DeepCopy()
	changed.Status = status
	_, err := it.client.CoreV1().Pods(pod.Namespace).UpdateStatus(ctx, changed, metav1.UpdateOptions{})
	return ignoreGone(err)
}

// end removes a pod that was deleted, after the time that it asked for. First its containers are reported as ended: a Job counts a pod by
// that, and a pod that vanishes while it runs would look like a lost node.
func (it *kubelet) end(ctx context.Context, pod *corev1.Pod, known *times) (time.Duration, error) {
	if known.deleted.IsZero() {
		known.deleted = time.Now()
	}
	told := scriptOf(pod)
	if told.stopAfter == never {
		return 0, nil
	}
	if left := time.Until(known.deleted.Add(told.stopAfter)); left > 0 {
		return left, nil
	}
	if len(pod.Finalizers) > 0 && pod.Status.Phase == corev1.PodRunning {
		ran := time.Since(known.taken)
		told.exitCode = exitCodeOfSigterm
		state := moment{phase: corev1.PodFailed, since: told.startAfter, ended: true, endedAt: ran}
		return 0, it.report(ctx, pod, statusOf(pod, state, told, known.taken))
	}
	return 0, it.remove(ctx, pod.Namespace, pod.Name, pod.UID)
}

func (it *kubelet) remove(ctx context.Context, namespace, name string, uid types.UID) error {
	atOnce := int64(0)
	return ignoreGone(it.client.CoreV1().Pods(namespace).Delete(ctx, name, metav1.DeleteOptions{
		GracePeriodSeconds: &atOnce, Preconditions: &metav1.Preconditions{UID: &uid},
	}))
}

// ignoreGone: what is no longer there, was made anew under the same name, or was changed meanwhile is not reported on now. The event of that
// is on its way and brings us back.
func ignoreGone(err error) error {
	if apierrors.IsNotFound(err) || apierrors.IsConflict(err) {
		return nil
	}
	return err
}
