package main

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"controlplane/kubelet"

	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/rest"
	"k8s.io/client-go/tools/clientcmd"
	logsapi "k8s.io/component-base/logs/api/v1"
	"k8s.io/klog/v2"
)

// run starts all parts in the order in which they need each other and stops them in the reverse order.
func run(chosen options) error {
	data, err := filepath.Abs(chosen.data)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(data, 0o700); err != nil {
		return err
	}
	if chosen.removeData {
		defer os.RemoveAll(data)
	}
	if err := quietLogs(chosen.verbosity); err != nil {
		return err
	}
	ended, stop := untilTold()
	defer stop()

	store, err := startEtcd(filepath.Join(data, "etcd"))
	if err != nil {
		return fmt.Errorf("etcd: %w", err)
	}
	defer store.Close()

	keys, err := openAuthority(filepath.Join(data, "keys"))
	if err != nil {
		return fmt.Errorf("keys: %w", err)
	}
	api, err := startAPIServer(ended, apiServerOptions{data: data, etcd: etcdAddress(store), keys: keys, verbosity: chosen.verbosity})
	if err != nil {
		return fmt.Errorf("kube-apiserver: %w", err)
	}
	defer api.stop()

	// The workers get a context of their own: they have to end while the API server still answers them.
	working, stopWorkers := context.WithCancel(context.Background())
	var workers sync.WaitGroup
	defer waitFor(&workers, 3*time.Second)
	defer stopWorkers()
	if err := startWorkers(working, &workers, api, chosen); err != nil {
		return err
	}
	if err := json.NewEncoder(os.Stdout).Encode(map[string]string{"server": api.address}); err != nil {
		return err
	}
	select {
	case <-ended.Done():
		return nil
	case err := <-api.ended:
		return fmt.Errorf("kube-apiserver ended: %w", errors.Join(err, errors.New("see the lines above")))
	}
}

func startWorkers(working context.Context, workers *sync.WaitGroup, api *apiServer, chosen options) error {
	if err := startControllers(working, workers, api.users.controllers, chosen.verbosity); err != nil {
		return fmt.Errorf("kube-controller-manager: %w", err)
	}
	if err := startScheduler(working, workers, api.users.scheduler, chosen.verbosity); err != nil {
		return fmt.Errorf("kube-scheduler: %w", err)
	}
	client, err := clientFor(api.users.kubelet)
	if err != nil {
		return err
	}
	nodes := kubelet.Options{Nodes: chosen.nodes, Certificate: api.serving, ClientAuthority: api.authority}
	if err := kubelet.Start(working, client, nodes); err != nil {
		return fmt.Errorf("kubelet: %w", err)
	}
	if err := grantRestricted(working, client); err != nil {
		return fmt.Errorf("rights of the restricted user: %w", err)
	}
	return ensureStorageClass(working, client)
}

// untilTold ends with a signal, or when standard input ends: a test runner that was killed cannot send signals, but its end of the pipe closes.
func untilTold() (context.Context, context.CancelFunc) {
	ctx, stop := signal.NotifyContext(context.Background(), syscall.SIGINT, syscall.SIGTERM)
	// Then nobody reads our log either; writing to it must not end us before we have tidied up.
	signal.Ignore(syscall.SIGPIPE)
	go func() {
		_, _ = io.Copy(io.Discard, os.Stdin)
		stop()
	}()
	return ctx, stop
}

// quietLogs lets several Kubernetes programs share one process: each sets up logging, and without this the second would be refused.
func quietLogs(verbosity string) error {
	logsapi.ReapplyHandling = logsapi.ReapplyHandlingIgnoreUnchanged
	rest.SetDefaultWarningHandler(rest.NoWarnings{})
	flags := flag.NewFlagSet("klog", flag.ContinueOnError)
	klog.InitFlags(flags)
	return flags.Set("v", verbosity)
}

func clientFor(kubeconfig string) (kubernetes.Interface, error) {
	config, err := clientcmd.BuildConfigFromFlags("", kubeconfig)
	if err != nil {
		return nil, err
	}
	// The client's own limits of 5 requests a second would be what tests measure.
	config.QPS, config.Burst = 1000, 2000
	return kubernetes.NewForConfig(config)
}

// waitFor gives up after a while: a controller that hangs must not keep a test run from ending.
func waitFor(workers *sync.WaitGroup, most time.Duration) {
	done := make(chan struct{})
	go func() { workers.Wait(); close(done) }()
	select {
	case <-done:
	case <-time.After(most):
	}
}
