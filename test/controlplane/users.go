package main

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	corev1 "k8s.io/api/core/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	storagev1 "k8s.io/api/storage/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	clientcmdapi "k8s.io/client-go/tools/clientcmd/api"

	"controlplane/kubelet"
)

const (
	administrators = "system:masters"
	aYear          = 365 * 24 * time.Hour
)

// users are the kubeconfig files of the parts of the control plane. Those for tests lie beside them, by their names below.
type users struct{ admin, controllers, scheduler, kubelet string }

// certified are the users that log in by certificate: file name, user, group, how long.
var certified = []struct {
	file, user, group string
	valid             time.Duration
}{
	{"admin", "admin", administrators, aYear},
	{"restricted", "restricted", "restricted", aYear},
	{"expired", "expired", administrators, -time.Hour},
	{"controllers", "system:kube-controller-manager", administrators, aYear},
	{"scheduler", "system:kube-scheduler", "", aYear},
	{"kubelet", "fake-kubelet", administrators, aYear},
}

// tokens are the users that log in by a fixed token: the only login that survives a proxy which opens TLS.
var tokens = []struct{ file, token, user, group string }{
	{"admin-token", "token-of-admin", "admin", administrators},
	{"restricted-token", "token-of-restricted", "restricted", "restricted"},
}

// writeKubeconfigs writes one self-contained file per user below `data`.
func writeKubeconfigs(data, server string, keys *authority) (users, error) {
	for _, it := range certified {
		var groups []string
		if it.group != "" {
			groups = []string{it.group}
		}
		files, err := keys.clientPair(it.user, groups, it.valid)
		if err != nil {
			return users{}, err
		}
		login := &clientcmdapi.AuthInfo{}
		if login.ClientCertificateData, err = os.ReadFile(files.certificate); err != nil {
			return users{}, err
		}
		if login.ClientKeyData, err = os.ReadFile(files.key); err != nil {
			return users{}, err
		}
		if err := writeKubeconfig(kubeconfigFile(data, it.file), server, keys.pem, it.file, login); err != nil {
			return users{}, err
		}
	}
	for _, it := range tokens {
		if err := writeKubeconfig(kubeconfigFile(data, it.file), server, keys.pem, it.file, &clientcmdapi.AuthInfo{Token: it.token}); err != nil {
			return users{}, err
		}
	}
	return users{
		admin:       kubeconfigFile(data, "admin"),
		controllers: kubeconfigFile(data, "controllers"),
		scheduler:   kubeconfigFile(data, "scheduler"),
		kubelet:     kubeconfigFile(data, "kubelet"),
	}, nil
}

func kubeconfigFile(data, name string) string { return filepath.Join(data, name+".kubeconfig") }

func writeKubeconfig(file, server string, authority []byte, user string, login *clientcmdapi.AuthInfo) error {
	const cluster = "test"
	config := clientcmdapi.NewConfig()
	config.Clusters[cluster] = &clientcmdapi.Cluster{Server: server, CertificateAuthorityData: authority}
	config.AuthInfos[user] = login
	context := user + "@" + cluster
	config.Contexts[context] = &clientcmdapi.Context{Cluster: cluster, AuthInfo: user}
	config.CurrentContext = context
	return clientcmd.WriteToFile(*config, file)
}

// writeTokens writes the API server's list: token, user, uid, groups.
func writeTokens(file string) error {
	text := ""
	for number, it := range tokens {
		text += fmt.Sprintf("%s,%s,%d,%s\n", it.token, it.user, number, it.group)
	}
	return os.WriteFile(file, []byte(text), 0o600)
}

// grantRestricted lets the restricted user work with ConfigMaps of the namespace "default", and nothing else. Tests grant more where they need it.
func grantRestricted(ctx context.Context, client kubernetes.Interface) error {
	named := metav1.ObjectMeta{Name: "restricted", Namespace: metav1.NamespaceDefault}
	role := &rbacv1.Role{ObjectMeta: named, Rules: []rbacv1.PolicyRule{{
		APIGroups: []string{corev1.GroupName}, Resources: []string{"configmaps"}, Verbs: []string{"get", "list", "watch", "create", "patch"},
	}}}
	binding := &rbacv1.RoleBinding{
		ObjectMeta: named,
		RoleRef:    rbacv1.RoleRef{APIGroup: rbacv1.GroupName, Kind: "Role", Name: named.Name},
		Subjects:   []rbacv1.Subject{{APIGroup: rbacv1.GroupName, Kind: rbacv1.UserKind, Name: "restricted"}},
	}
	if _, err := client.RbacV1().Roles(named.Namespace).Create(ctx, role, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	if _, err := client.RbacV1().RoleBindings(named.Namespace).Create(ctx, binding, metav1.CreateOptions{}); err != nil && !apierrors.IsAlreadyExists(err) {
		return err
	}
	return nil
}

// ensureStorageClass makes claims that name no class find the kubelet's pretended volumes.
func ensureStorageClass(ctx context.Context, client kubernetes.Interface) error {
	remove, at := corev1.PersistentVolumeReclaimDelete, storagev1.VolumeBindingImmediate
	class := &storagev1.StorageClass{
		ObjectMeta:        metav1.ObjectMeta{Name: "standard", Annotations: map[string]string{"storageclass.kubernetes.io/is-default-class": "true"}},
		Provisioner:       kubelet.Provisioner,
		ReclaimPolicy:     &remove,
		VolumeBindingMode: &at,
	}
	_, err := client.StorageV1().StorageClasses().Create(ctx, class, metav1.CreateOptions{})
	if apierrors.IsAlreadyExists(err) {
		return nil
	}
	return err
}
