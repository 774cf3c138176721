package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"io/fs"
	"math/big"
	"net"
	"os"
	"path/filepath"
	"time"
)

// authority issues the certificates of one control plane. Its key stays with the data, so that kubeconfigs outlive a restart.
type authority struct {
	folder      string
	certificate *x509.Certificate
	key         crypto.Signer
	pem         []byte
}

// pair names the files of a certificate and its key.
type pair struct{ certificate, key string }

const serviceAccountKey = "service-accounts.key"

func openAuthority(folder string) (*authority, error) {
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return nil, err
	}
	opened, err := readAuthority(folder)
	if errors.Is(err, fs.ErrNotExist) {
		return newAuthority(folder)
	}
	return opened, err
}

func readAuthority(folder string) (*authority, error) {
	certificatePEM, err := os.ReadFile(filepath.Join(folder, "ca.crt"))
	if err != nil {
		return nil, err
	}
	keyPEM, err := os.ReadFile(filepath.Join(folder, "ca.key"))
	if err != nil {
		return nil, err
	}
	certificateBlock, _ := pem.Decode(certificatePEM)
	keyBlock, _ := pem.Decode(keyPEM)
	if certificateBlock == nil || keyBlock == nil {
		return nil, errors.New(folder + ": ca.crt or ca.key is not PEM; remove the data folder")
	}
	certificate, err := x509.ParseCertificate(certificateBlock.Bytes)
	if err != nil {
		return nil, err
	}
	key, err := x509.ParseECPrivateKey(keyBlock.Bytes)
	if err != nil {
		return nil, err
	}
	return &authority{folder: folder, certificate: certificate, key: key, pem: certificatePEM}, nil
}

func newAuthority(folder string) (*authority, error) {
	made := &authority{folder: folder}
	template, err := template("test control plane", nil, 10*365*24*time.Hour)
	if err != nil {
		return nil, err
	}
	template.KeyUsage |= x509.KeyUsageCertSign
	template.IsCA, template.BasicConstraintsValid = true, true
	made.certificate = template
	if _, err := made.sign("ca", template); err != nil {
		return nil, err
	}
	// The key under which the API server signs service accounts' tokens.
	if _, err := newKeyFile(filepath.Join(folder, serviceAccountKey)); err != nil {
		return nil, err
	}
	return readAuthority(folder)
}

// serverPair is valid for this control plane's addresses; tests use it as well, for webhooks and proxies that they serve.
func (it *authority) serverPair(name string) (pair, error) {
	template, err := template(name, nil, 5*365*24*time.Hour)
	if err != nil {
		return pair{}, err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth}
	template.IPAddresses = []net.IP{net.IPv4(127, 0, 0, 1), net.IPv6loopback, net.IPv4(10, 96, 0, 1)}
	template.DNSNames = []string{"localhost", "kubernetes", "kubernetes.default", "kubernetes.default.svc", "kubernetes.default.svc.cluster.local"}
	return it.sign(name, template)
}

// clientPair makes a user: the common name is the user's name, the organizations are the groups. A negative time makes a login that has expired.
func (it *authority) clientPair(user string, groups []string, valid time.Duration) (pair, error) {
	template, err := template(user, groups, valid)
	if err != nil {
		return pair{}, err
	}
	template.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
	return it.sign("user-"+user, template)
}

func template(name string, organizations []string, valid time.Duration) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 120))
	if err != nil {
		return nil, err
	}
	now := time.Now()
	return &x509.Certificate{
		SerialNumber: serial,
		Subject:      pkix.Name{CommonName: name, Organization: organizations},
		NotBefore:    now.Add(-2 * time.Hour),
		NotAfter:     now.Add(valid),
		KeyUsage:     x509.KeyUsageDigitalSignature,
	}, nil
}

// sign writes `name`.crt and `name`.key. Without a key of its own, the authority signs itself.
func (it *authority) sign(name string, template *x509.Certificate) (pair, error) {
	files := pair{certificate: filepath.Join(it.folder, name+".crt"), key: filepath.Join(it.folder, name+".key")}
	key, err := newKeyFile(files.key)
	if err != nil {
		return pair{}, err
	}
	signer := it.key
	if signer == nil {
		signer = key
	}
	der, err := x509.CreateCertificate(rand.Reader, template, it.certificate, key.Public(), signer)
	if err != nil {
		return pair{}, err
	}
	text := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return files, os.WriteFile(files.certificate, text, 0o600)
}

// newKeyFile writes "EC PRIVATE KEY", the one form that both TLS and the signer of service accounts read.
func newKeyFile(file string) (*ecdsa.PrivateKey, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		return nil, err
	}
	return key, os.WriteFile(file, pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der}), 0o600)
}
