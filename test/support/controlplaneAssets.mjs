/**
 * etcd and kube-apiserver of KUBEBUILDER_ASSETS (controller-runtime's envtest). There are no controllers and no kubelet in that folder, so
 * what runs on it are the cases about the API itself.
 */
import { spawn } from 'node:child_process';
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from './controlplane.mjs';

export async function startAssets(assets) {
  for (const name of ['etcd', 'kube-apiserver'])
    if (!existsSync(join(assets, name))) return { why: `KUBEBUILDER_ASSETS: there is no ${name} in ${assets}` };
  const folder = mkdtempSync(join(tmpdir(), 'gitops-workbench-cluster-'));
  const children = [];
  const stop = stopper(children, folder);
  try {
    const etcd = await startEtcd(assets, folder, children);
    const server = await startApiServer(assets, folder, etcd, children);
    const kubectl = join(assets, 'kubectl');
    return {
      source: 'assets',
      can: ['users'],
      ...server,
      expiredKubeconfig: undefined,
      kubectl: existsSync(kubectl) ? kubectl : undefined,
      stop,
    };
  } catch (cause) {
    await stop();
    throw cause;
  }
}

async function startEtcd(assets, folder, children) {
  const address = `http://127.0.0.1:${await freePort()}`;
  const peer = `http://127.0.0.1:${await freePort()}`;
  const args = ['--data-dir', join(folder, 'etcd'), '--unsafe-no-fsync', '--log-level', 'error'];
  args.push('--listen-client-urls', address, '--advertise-client-urls', address);
  args.push('--listen-peer-urls', peer, '--initial-advertise-peer-urls', peer, '--initial-cluster', `default=${peer}`);
  children.push(start(join(assets, 'etcd'), args));
  return address;
}

async function startApiServer(assets, folder, etcd, children) {
  const keys = join(folder, 'keys');
  mkdirSync(keys);
  const key = join(keys, 'service-accounts.key');
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  writeFileSync(key, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const tokens = { admin: randomBytes(16).toString('hex'), restricted: randomBytes(16).toString('hex') };
  const tokenFile = join(keys, 'tokens.csv');
  const list = `${tokens.admin},admin,0,system:masters\n${tokens.restricted},restricted,1,restricted\n`;
  writeFileSync(tokenFile, list, { mode: 0o600 });
  const port = await freePort();
  children.push(
    start(join(assets, 'kube-apiserver'), [
      `--etcd-servers=${etcd}`,
      '--bind-address=127.0.0.1',
      `--secure-port=${port}`,
      '--advertise-address=192.0.2.1',
      '--endpoint-reconciler-type=none',
      // It makes a certificate of its own there, whose file holds the authority as well.
      `--cert-dir=${keys}`,
      `--token-auth-file=${tokenFile}`,
      '--authorization-mode=RBAC',
      '--service-cluster-ip-range=10.96.0.0/16',
      '--service-account-issuer=https://kubernetes.default.svc',
      `--service-account-key-file=${key}`,
      `--service-account-signing-key-file=${key}`,
      // Without controllers no namespace gets a service account, and pods would be refused for that.
      '--disable-admission-plugins=ServiceAccount',
    ]),
  );
  const server = `https://127.0.0.1:${port}`;
  await ready(server, tokens.admin, children);
  const authority = readFileSync(join(keys, 'apiserver.crt'));
  const kubeconfig = user => writeKubeconfig(join(folder, `${user}.kubeconfig`), server, authority, user, tokens[user]);
  const [admin, restricted] = [kubeconfig('admin'), kubeconfig('restricted')];
  return {
    server,
    kubeconfig: admin,
    tokenKubeconfig: admin,
    restrictedKubeconfig: restricted,
    restrictedTokenKubeconfig: restricted,
  };
}

function start(program, args) {
  const child = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.last = '';
  child.stderr.on('data', it => {
    child.last = (child.last + it).slice(-4000);
  });
  child.on('error', cause => {
    child.last = cause.message;
  });
  return child;
}

async function ready(server, token, children) {
  for (let tried = 0; tried < 600; tried++) {
    const ended = children.find(it => it.exitCode !== null);
    if (ended) throw new Error(`${ended.spawnfile} ended with ${ended.exitCode}\n${ended.last}`);
    if ((await statusOf(`${server}/readyz`, token)) === 200) return;
    await sleep(100);
  }
  throw new Error(`kube-apiserver is not ready after a minute\n${children.at(-1).last}`);
}

/** Whether it is up, before its certificate is known. */
function statusOf(url, token) {
  return new Promise(resolve => {
    const options = { headers: { authorization: `Bearer ${token}` }, rejectUnauthorized: false };
    const asked = request(url, options, answer => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.on('error', () => resolve(undefined));
    asked.end();
  });
}

/** JSON is YAML. */
function writeKubeconfig(file, server, authority, user, token) {
  const config = {
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'test', cluster: { server, 'certificate-authority-data': authority.toString('base64') } }],
    users: [{ name: user, user: { token } }],
    contexts: [{ name: `${user}@test`, context: { cluster: 'test', user } }],
    'current-context': `${user}@test`,
  };
  writeFileSync(file, JSON.stringify(config), { mode: 0o600 });
  return file;
}

function stopper(children, folder) {
  const atExit = () => {
    for (const it of children) it.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  return async () => {
    // The API server first: without etcd it would wait for it.
    for (const child of [...children].reverse()) {
      if (child.exitCode !== null) continue;
      const gone = new Promise(resolve => child.once('close', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      await gone;
      clearTimeout(timer);
    }
    process.removeListener('exit', atExit);
    rmSync(folder, { recursive: true, force: true });
  };
}
