package main

import (
	"errors"
	"net/url"
	"time"

	"go.etcd.io/etcd/server/v3/embed"
	"go.etcd.io/etcd/server/v3/storage/wal"
)

// startEtcd runs etcd inside this process on a free port. It is made for throwing away: nothing is flushed to the disk, which makes
// writes a third faster and loses data only with a machine that loses power.
func startEtcd(folder string) (*embed.Etcd, error) {
	wal.SegmentSizeBytes = 8 << 20 // 64 MiB by default, set aside twice
	anyPort := url.URL{Scheme: "http", Host: "127.0.0.1:0"}
	config := embed.NewConfig()
	config.Name = "test"
	config.Dir = folder
	config.Logger = "zap"
	config.LogLevel = "error"
	config.LogOutputs = []string{"stderr"}
	config.UnsafeNoFsync = true
	config.EnableGRPCGateway = false                     // It dials the configured address, whose port is 0 here.
	config.MaxRequestBytes = 3 << 20                     // As kube-apiserver expects.
	config.WatchProgressNotifyInterval = 5 * time.Second // What the API server's watch cache asks for.
	config.ListenClientUrls = []url.URL{anyPort}
	config.AdvertiseClientUrls = []url.URL{anyPort}
	config.ListenPeerUrls = []url.URL{anyPort}
	config.AdvertisePeerUrls = []url.URL{anyPort}
	config.InitialCluster = config.InitialClusterFromName(config.Name)
	store, err := embed.StartEtcd(config)
	if err != nil {
		return nil, err
	}
	select {
	case <-store.Server.ReadyNotify():
		return store, nil
	case err := <-store.Err():
		return nil, err
	case <-time.After(time.Minute):
		store.Close()
		return nil, errors.New("not ready after a minute")
	}
}

func etcdAddress(store *embed.Etcd) string {
	return "http://" + store.Clients[0].Addr().String()
}
