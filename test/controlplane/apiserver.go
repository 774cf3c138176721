package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"path/filepath"
	"time"

	"github.com/spf13/pflag"
	cliflag "k8s.io/component-base/cli/flag"
	"k8s.io/kubernetes/cmd/kube-apiserver/app"
	apioptions "k8s.io/kubernetes/cmd/kube-apiserver/app/options"
)

type apiServerOptions struct {
	data, etcd, verbosity string
	keys                  *authority
}

type apiServer struct {
	address string
	users   users
	// serving is the certificate of the control plane's own addresses; the kubelet serves logs under it.
	serving   tls.Certificate
	authority *x509.CertPool
	ended     chan error
	cancel    context.CancelFunc
}

// startAPIServer returns when /readyz says yes. The options are built as the upstream command builds them; the command itself cannot be
// used, because each of the three commands sets up the signals of the process, which may be done once.
func startAPIServer(ctx context.Context, chosen apiServerOptions) (*apiServer, error) {
	// Opened here and handed over: a port that was only looked up could be taken by somebody else in between.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	made := &apiServer{address: "https://" + listener.Addr().String(), ended: make(chan error, 1)}
	server, err := chosen.keys.serverPair("server")
	if err != nil {
		return nil, err
	}
	if made.serving, err = tls.LoadX509KeyPair(server.certificate, server.key); err != nil {
		return nil, err
	}
	made.authority = x509.NewCertPool()
	made.authority.AddCert(chosen.keys.certificate)
	if made.users, err = writeKubeconfigs(chosen.data, made.address, chosen.keys); err != nil {
		return nil, err
	}
	tokenFile := filepath.Join(chosen.data, "tokens.csv")
	if err := writeTokens(tokenFile); err != nil {
		return nil, err
	}

	settings := apioptions.NewServerRunOptions()
	key := filepath.Join(chosen.keys.folder, serviceAccountKey)
	kubeletClient := filepath.Join(chosen.keys.folder, "user-fake-kubelet")
	if err := parse(settings.Flags(), []string{
		"--etcd-servers=" + chosen.etcd,
		"--bind-address=127.0.0.1",
		fmt.Sprintf("--secure-port=%d", listener.Addr().(*net.TCPAddr).Port),
		"--advertise-address=192.0.2.1", // A loopback address is refused. Nothing is routed to this one.
		"--endpoint-reconciler-type=none",
		"--tls-cert-file=" + server.certificate, "--tls-private-key-file=" + server.key,
		"--client-ca-file=" + filepath.Join(chosen.keys.folder, "ca.crt"),
		"--token-auth-file=" + tokenFile,
		"--authorization-mode=Node,RBAC",
		"--service-cluster-ip-range=10.96.0.0/16",
		"--service-account-issuer=https://kubernetes.default.svc",
		"--service-account-key-file=" + key, "--service-account-signing-key-file=" + key,
		"--kubelet-preferred-address-types=InternalIP",
		"--kubelet-certificate-authority=" + filepath.Join(chosen.keys.folder, "ca.crt"),
		"--kubelet-client-certificate=" + kubeletClient + ".crt", "--kubelet-client-key=" + kubeletClient + ".key",
		"--allow-privileged=true",
		"--profiling=false",
		"--shutdown-delay-duration=0s",
		"--etcd-compaction-interval=15s", // Versions become too old in the time of a test; five minutes by default.
		"--v=" + chosen.verbosity,
	}); err != nil {
		return nil, err
	}
	settings.SecureServing.Listener = listener
	if err := settings.GenericServerRunOptions.ComponentGlobalsRegistry.Set(); err != nil {
		return nil, err
	}
	// Not derived from ctx: the signal that ends this program must not end the API server before its clients.
	serving, cancel := context.WithCancel(context.Background())
	made.cancel = cancel
	completed, err := settings.Complete(serving)
	if err == nil {
		err = errors.Join(completed.Validate()...)
	}
	if err != nil {
		cancel()
		return nil, err
	}
	go func() {
		made.ended <- app.Run(serving, completed)
		close(made.ended) // Whoever asks later, as stop does, is not left waiting.
	}()
	if err := made.untilReady(ctx); err != nil {
		cancel()
		return nil, err
	}
	return made, nil
}

func (it *apiServer) untilReady(ctx context.Context) error {
	client, err := clientFor(it.users.admin)
	if err != nil {
		return err
	}
	for {
		status := 0
		client.Discovery().RESTClient().Get().AbsPath("/readyz").Do(ctx).StatusCode(&status)
		if status == 200 {
			return nil
		}
		select {
		case err := <-it.ended:
			return errors.Join(err, errors.New("it ended before it was ready"))
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(20 * time.Millisecond):
		}
	}
}

func (it *apiServer) stop() {
	it.cancel()
	select {
	case <-it.ended:
	case <-time.After(10 * time.Second):
	}
}

// parse sets options by their command line names: the one interface of these programs that is documented.
func parse(sets cliflag.NamedFlagSets, arguments []string) error {
	all := pflag.NewFlagSet("", pflag.ContinueOnError)
	for _, set := range sets.FlagSets {
		all.AddFlagSet(set)
	}
	return all.Parse(arguments)
}
