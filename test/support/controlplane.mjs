/**
 * A real Kubernetes control plane for tests: builds test/controlplane once (minutes), keeps the program in the user's cache folder by a hash
 * of its sources, and starts it on free loopback ports with its data in a temporary folder.
 *
 *     node test/support/controlplane.mjs     runs one until Ctrl+C and says where its kubeconfigs are
 *
 * Instead of it: KUBEBUILDER_ASSETS (a folder with etcd and kube-apiserver: no controllers, no pods that run), or GITOPS_TEST_KUBECONFIG (a
 * cluster given on purpose; the tests make and remove namespaces there). Never a context that was not given for this.
 */
import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { cacheFolder, madeOnce } from './cache.mjs';
import { startAssets } from './controlplaneAssets.mjs';
import { root } from './install.mjs';
import { isProgram, outputOf, run, say } from './run.mjs';

const sources = join(root, 'test', 'controlplane');
const version = 'v1.36.3';
const versionPackage = 'k8s.io/component-base/version';
const linkerFlags = [
  '-s -w',
  `-X ${versionPackage}.gitVersion=${version}`,
  `-X ${versionPackage}.gitMajor=${version.split('.')[0].slice(1)}`,
  `-X ${versionPackage}.gitMinor=${version.split('.')[1]}`,
].join(' ');

/** Everything that a cluster can be, so that cases can say what they need. */
const everything = ['controllers', 'scriptedPods', 'users', 'servingCertificate', 'proxy'];

/** The control plane that is to be used here, started; or why there is none. See controlplane.d.mts. */
export async function startControlPlane(options = {}) {
  if (process.env.GITOPS_TEST_KUBECONFIG) return given(process.env.GITOPS_TEST_KUBECONFIG);
  if (process.env.KUBEBUILDER_ASSETS) return startAssets(process.env.KUBEBUILDER_ASSETS);
  const program = await controlPlaneProgram();
  return program.why ? program : startProgram(program.folder, options);
}

/** Builds the program, or finds it in the cache: `{ folder }` with `controlplane` and `kubectl`, or `{ why }` where it cannot be had here. */
export async function controlPlaneProgram() {
  const go = await outputOf('go', ['env', 'GOVERSION'], { cwd: sources });
  if (!go) return { why: 'there is no Go to build the control plane of test/controlplane with' };
  const folder = cacheFolder('controlplane', `${version}-${hashOfSources(go)}`);
  if (existsSync(folder)) return { folder };
  const missing = await withoutModules();
  if (missing) return { why: missing };
  await madeOnce(folder, build);
  forgetOld();
  return { folder };
}

/** 130 MB each: of the builds of other sources one is kept, for whoever goes back and forth between two branches. */
function forgetOld() {
  const parent = cacheFolder('controlplane');
  const builds = readdirSync(parent)
    .filter(it => !it.endsWith('.part'))
    .map(it => ({ folder: join(parent, it), at: statSync(join(parent, it)).mtimeMs }))
    .sort((a, b) => b.at - a.at);
  for (const { folder } of builds.slice(2)) rmSync(folder, { recursive: true, force: true });
}

/** The modules come from the network the first time; without it there is nothing to build from, which is not a failure of ours. */
async function withoutModules() {
  say('[control plane] fetching its Go modules (about 600 MB the first time)');
  const { code, output } = await run('go', ['mod', 'download'], { cwd: sources, allowFailure: true });
  return code === 0
    ? undefined
    : `the Go modules of test/controlplane cannot be had: ${output.trim().split('\n').at(-1)}`;
}

async function build(folder) {
  say(`[control plane] building Kubernetes ${version}: 8 to 15 minutes the first time, then it is kept`);
  const started = Date.now();
  let packages = 0;
  const timer = setInterval(() => {
    say(`[control plane] … ${Math.round((Date.now() - started) / 1000)} s, ${packages} packages compiled`);
  }, 15_000);
  try {
    const args = ['build', '-v', '-trimpath', '-ldflags', linkerFlags, '-o', join(folder, 'controlplane'), '.'];
    await goBuild(args, () => packages++);
  } finally {
    clearInterval(timer);
  }
  symlinkSync('controlplane', join(folder, 'kubectl'));
  say(`[control plane] built in ${Math.round((Date.now() - started) / 1000)} s`);
}

/** `go build -v` names each package as it comes to it; anything else that it says is why it failed. */
function goBuild(args, onPackage) {
  return new Promise((resolve, reject) => {
    // Without cgo the program needs no C compiler and runs wherever it was built for.
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-buildvcs=false' };
    const child = spawn('go', args, { cwd: sources, env, stdio: ['ignore', 'ignore', 'pipe'] });
    const complaints = [];
    createInterface({ input: child.stderr }).on('line', line => {
      if (/^[\w./-]+$/.test(line)) onPackage(line);
      else complaints.push(line);
    });
    child.on('error', reject);
    child.on('close', code => {
      if (code === 0) resolve();
      else reject(new Error(`test/controlplane does not build:\n${complaints.slice(-40).join('\n')}`));
    });
  });
}

function hashOfSources(go) {
  const hash = createHash('sha256').update(`${go} ${process.platform} ${process.arch} ${linkerFlags}\n`);
  for (const file of sourceFiles(sources)) hash.update(`${relative(sources, file)}\n`).update(readFileSync(file));
  return hash.digest('hex').slice(0, 16);
}

function sourceFiles(folder) {
  const entries = readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1));
  return entries.flatMap(it => {
    if (it.isDirectory()) return sourceFiles(join(folder, it.name));
    return /^go\.(mod|sum)$|(?<!_test)\.go$/.test(it.name) ? [join(folder, it.name)] : [];
  });
}

async function startProgram(programs, { nodes = 3 } = {}) {
  const data = mkdtempSync(join(tmpdir(), 'gitops-workbench-cluster-'));
  const args = ['run', '--data', data, '--remove-data', '--nodes', String(nodes)];
  const child = spawn(join(programs, 'controlplane'), args, { stdio: ['pipe', 'pipe', 'pipe'] });
  const stop = stopper(child, data);
  const server = await readiness(child).catch(async cause => {
    await stop();
    throw cause;
  });
  const kubeconfig = name => join(data, `${name}.kubeconfig`);
  return {
    source: 'built',
    can: everything,
    server,
    kubeconfig: kubeconfig('admin'),
    tokenKubeconfig: kubeconfig('admin-token'),
    restrictedKubeconfig: kubeconfig('restricted'),
    restrictedTokenKubeconfig: kubeconfig('restricted-token'),
    expiredKubeconfig: kubeconfig('expired'),
    kubectl: join(programs, 'kubectl'),
    serving: {
      authority: join(data, 'keys', 'ca.crt'),
      certificate: join(data, 'keys', 'server.crt'),
      key: join(data, 'keys', 'server.key'),
    },
    stop,
  };
}

/** The program ends by itself when this process does, however that ends: its standard input is a pipe from here. */
function stopper(child, folder) {
  const gone = new Promise(resolve => child.on('close', resolve));
  const atExit = () => {
    child.kill('SIGKILL');
    rmSync(folder, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  return async () => {
    child.stdin.end();
    const timer = setTimeout(() => child.kill('SIGKILL'), 20_000);
    await gone;
    clearTimeout(timer);
    process.removeListener('exit', atExit);
    rmSync(folder, { recursive: true, force: true });
  };
}

/** The one line on its standard output. Its log is kept only to say why it did not start. */
function readiness(child) {
  return new Promise((resolve, reject) => {
    const lines = [];
    createInterface({ input: child.stderr }).on('line', line => {
      lines.push(line);
      if (lines.length > 200) lines.shift();
    });
    createInterface({ input: child.stdout }).on('line', line => resolve(JSON.parse(line).server));
    child.on('error', reject);
    child.on('close', code => {
      reject(new Error(`the control plane ended with ${code} before it was ready\n${lines.slice(-40).join('\n')}`));
    });
  });
}

/** Somebody's cluster: whatever it can do beyond the API is not known, so cases that need more are skipped. */
async function given(kubeconfig) {
  if (!existsSync(kubeconfig)) throw new Error(`GITOPS_TEST_KUBECONFIG: there is no file ${kubeconfig}`);
  const kubectl = (process.env.PATH ?? '')
    .split(delimiter)
    .map(it => join(it, 'kubectl'))
    .find(it => existsSync(it));
  return { source: 'given', can: ['controllers'], kubeconfig, kubectl, stop: async () => undefined };
}

/** A loopback port that was free a moment ago, for programs that cannot be handed an open one. */
export function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

if (isProgram(import.meta.url)) {
  const cluster = await startControlPlane();
  if (cluster.why) {
    say(`no control plane: ${cluster.why}`);
    process.exitCode = 2;
  } else {
    say(`[control plane] ready; KUBECONFIG=${cluster.kubeconfig}`);
    say(`[control plane] as a user with few rights: ${cluster.restrictedKubeconfig ?? 'not here'}`);
    say(`[control plane] kubectl: ${cluster.kubectl ?? 'not here'}; Ctrl+C ends it`);
    for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => cluster.stop());
  }
}
