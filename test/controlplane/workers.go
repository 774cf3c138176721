package main

import (
	"context"
	"fmt"
	"os"
	"sync"

	controllers "k8s.io/kubernetes/cmd/kube-controller-manager/app"
	controlleroptions "k8s.io/kubernetes/cmd/kube-controller-manager/app/options"
	scheduler "k8s.io/kubernetes/cmd/kube-scheduler/app"
	scheduleroptions "k8s.io/kubernetes/cmd/kube-scheduler/app/options"
)

// Controllers that need machines, clouds or real volumes have nothing to do here.
const controllersThatRun = "--controllers=*,-node-ipam-controller,-persistentvolume-attach-detach-controller," +
	"-persistentvolume-expander-controller,-selinux-warning-controller"

func startControllers(ctx context.Context, workers *sync.WaitGroup, kubeconfig, verbosity string) error {
	settings, err := controlleroptions.NewKubeControllerManagerOptions()
	if err != nil {
		return err
	}
	flags := settings.Flags(controllers.KnownControllers(), controllers.ControllersDisabledByDefault(), controllers.ControllerAliases())
	if err := parse(flags, []string{
		"--kubeconfig=" + kubeconfig,
		"--secure-port=0",
		"--leader-elect=false",
		// Its own limits would be what tests wait for.
		"--kube-api-qps=500", "--kube-api-burst=1000", "--concurrent-namespace-syncs=10",
		controllersThatRun,
		"--v=" + verbosity,
	}); err != nil {
		return err
	}
	if err := settings.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	config, err := settings.Config(ctx, controllers.KnownControllers(), controllers.ControllersDisabledByDefault(), controllers.ControllerAliases())
	if err != nil {
		return err
	}
	workers.Go(func() { complain(ctx, "kube-controller-manager", controllers.Run(ctx, config.Complete())) })
	return nil
}

func startScheduler(ctx context.Context, workers *sync.WaitGroup, kubeconfig, verbosity string) error {
	settings := scheduleroptions.NewOptions()
	if err := parse(*settings.Flags, []string{
		"--kubeconfig=" + kubeconfig,
		"--secure-port=0",
		"--leader-elect=false",
		"--kube-api-qps=500", "--kube-api-burst=1000",
		"--v=" + verbosity,
	}); err != nil {
		return err
	}
	if err := settings.ComponentGlobalsRegistry.Set(); err != nil {
		return err
	}
	config, instance, err := scheduler.Setup(ctx, settings)
	if err != nil {
		return err
	}
	workers.Go(func() { complain(ctx, "kube-scheduler", scheduler.Run(ctx, config, instance)) })
	return nil
}

// complain tells of a part that ended although nobody asked it to.
func complain(ctx context.Context, part string, err error) {
	if ctx.Err() == nil {
		fmt.Fprintf(os.Stderr, "%s ended: %v\n", part, err)
	}
}
