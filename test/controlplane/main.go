// Controlplane is a real Kubernetes control plane for tests, in one process: etcd, kube-apiserver, kube-controller-manager,
// kube-scheduler and a kubelet that only pretends. The same program is kubectl, so that both always have one version.
//
//	controlplane run --data DIR     runs until a signal or the end of its standard input; says {"server": …} when all is ready
//	controlplane kubectl …          kubectl (also when the program is called by that name, through a link)
//
// It listens on loopback addresses only and writes below DIR only.
package main

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	_ "time/tzdata" // CronJobs name time zones; a test machine may have none.

	"k8s.io/component-base/cli"
	_ "k8s.io/component-base/logs/json/register"
	kubectl "k8s.io/kubectl/pkg/cmd"
	kubectlutil "k8s.io/kubectl/pkg/cmd/util"
)

func main() {
	if filepath.Base(os.Args[0]) == "kubectl" {
		runKubectl(os.Args[1:])
		return
	}
	if len(os.Args) < 2 {
		usage()
	}
	switch command, arguments := os.Args[1], os.Args[2:]; command {
	case "run":
		if err := run(parseOptions(arguments)); err != nil {
			fmt.Fprintln(os.Stderr, "controlplane:", err)
			os.Exit(1)
		}
	case "kubectl":
		runKubectl(arguments)
	default:
		usage()
	}
}

func usage() {
	fmt.Fprintln(os.Stderr, "usage: controlplane run --data DIR [--nodes N] [--remove-data] | controlplane kubectl …")
	os.Exit(2)
}

func runKubectl(arguments []string) {
	os.Args = append([]string{"kubectl"}, arguments...)
	if err := cli.RunNoErrOutput(kubectl.NewDefaultKubectlCommand()); err != nil {
		kubectlutil.CheckErr(err)
	}
}

// options of `controlplane run`.
type options struct {
	// data holds etcd's files, keys and kubeconfigs. A second start on the same folder finds the objects of the first.
	data       string
	removeData bool
	nodes      int
	verbosity  string
}

func parseOptions(arguments []string) options {
	var chosen options
	flags := flag.NewFlagSet("run", flag.ExitOnError)
	flags.StringVar(&chosen.data, "data", "", "folder for etcd, keys and kubeconfigs")
	flags.BoolVar(&chosen.removeData, "remove-data", false, "remove that folder at the end")
	flags.IntVar(&chosen.nodes, "nodes", 3, "how many nodes to pretend")
	flags.StringVar(&chosen.verbosity, "v", "0", "verbosity of the Kubernetes logs")
	_ = flags.Parse(arguments) // ExitOnError: it does not return one.
	if chosen.data == "" {
		usage()
	}
	return chosen
}
