package kubelet

import (
	"context"
	"time"

	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	corelisters "k8s.io/client-go/listers/core/v1"
	"k8s.io/client-go/tools/cache"
	"k8s.io/client-go/util/workqueue"
)

// Provisioner is the name under which a StorageClass finds the pretended volumes.
const Provisioner = "fake.kubelet/volumes"

// The volume controller writes this on a claim that waits for a provisioner from outside.
const waitsFor = "volume.kubernetes.io/storage-provisioner"

// volumes stands in for a storage driver: a volume for every claim that asks, gone when it is released. Nothing is written to any disk;
// the controller manager's own host-path provisioner would make folders below /tmp.
type volumes struct {
	client kubernetes.Interface
	claims corelisters.PersistentVolumeClaimLister
	known  corelisters.PersistentVolumeLister
	// queue holds claims by namespace and name, and volumes by name alone.
	queue workqueue.TypedRateLimitingInterface[cache.ObjectName]
}

func newVolumes(client kubernetes.Interface, factory informers.SharedInformerFactory) (*volumes, error) {
	retries := workqueue.NewTypedItemExponentialFailureRateLimiter[cache.ObjectName](5*time.Millisecond, 5*time.Second)
	core := factory.Core().V1()
	it := &volumes{
		client: client,
		claims: core.PersistentVolumeClaims().Lister(),
		known:  core.PersistentVolumes().Lister(),
		queue:  workqueue.NewTypedRateLimitingQueue(retries),
	}
	seen := func(object any) {
		if named, ok := object.(metav1.Object); ok {
			it.queue.Add(cache.MetaObjectToName(named))
		}
	}
	handler := cache.ResourceEventHandlerFuncs{AddFunc: seen, UpdateFunc: func(_, object any) { seen(object) }}
	if _, err := core.PersistentVolumeClaims().Informer().AddEventHandler(handler); err != nil {
		return nil, err
	}
	_, err := core.PersistentVolumes().Informer().AddEventHandler(handler)
	return it, err
}

func (it *volumes) work(ctx context.Context) {
	for {
		name, stopped := it.queue.Get()
		if stopped {
			return
		}
		attend := it.provide
		if name.Namespace == "" {
			attend = it.remove
		}
		if err := attend(ctx, name); err != nil && ctx.Err() == nil {
			it.queue.AddRateLimited(name)
		} else {
			it.queue.Forget(name)
		}
		it.queue.Done(name)
	}
}

func (it *volumes) provide(ctx context.Context, name cache.ObjectName) error {
	claim, err := it.claims.PersistentVolumeClaims(name.Namespace).Get(name.Name)
	if err != nil || claim.Spec.VolumeName != "" || claim.DeletionTimestamp != nil || claim.Annotations[waitsFor] != Provisioner {
		return nil // Gone, bound, going, or not ours.
	}
	volume := &corev1.PersistentVolume{
		ObjectMeta: metav1.ObjectMeta{
			Name:        "pvc-" + string(claim.UID),
			Annotations: map[string]string{"pv.kubernetes.io/provisioned-by": Provisioner},
		},
		Spec: corev1.PersistentVolumeSpec{
			Capacity:                      corev1.ResourceList{corev1.ResourceStorage: claim.Spec.Resources.Requests[corev1.ResourceStorage]},
			AccessModes:                   claim.Spec.AccessModes,
			PersistentVolumeReclaimPolicy: corev1.PersistentVolumeReclaimDelete,
			VolumeMode:                    claim.Spec.VolumeMode,
			// A driver that nobody runs: the kubelet mounts nothing either.
			PersistentVolumeSource: corev1.PersistentVolumeSource{
				CSI: &corev1.CSIPersistentVolumeSource{Driver: "volumes.fake.kubelet", VolumeHandle: string(claim.UID)},
			},
			ClaimRef: &corev1.ObjectReference{
				APIVersion: "v1", Kind: "PersistentVolumeClaim", Namespace: claim.Namespace, Name: claim.Name, UID: claim.UID,
			},
		},
	}
	if claim.Spec.StorageClassName != nil {
		volume.Spec.StorageClassName = *claim.Spec.StorageClassName
	}
	_, err = it.client.CoreV1().PersistentVolumes().Create(ctx, volume, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}

func (it *volumes) remove(ctx context.Context, name cache.ObjectName) error {
	volume, err := it.known.Get(name.Name)
	if err != nil || volume.Status.Phase != corev1.VolumeReleased || volume.Annotations["pv.kubernetes.io/provisioned-by"] != Provisioner {
		return nil
	}
	err = it.client.CoreV1().PersistentVolumes().Delete(ctx, volume.Name, metav1.DeleteOptions{})
	if apierrors.IsNotFound(err) {
		return nil
	}
	return err
}
