/** What the benchmarks on the real control plane share: an Application in a folder, the programs, and the bare requests. */
import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { RawApi } from '../cluster/support/raw.ts';
import { median, ms, type Row } from './measure.ts';
import { type BenchObject, thousandObjects } from './thousandObjects.ts';

const [root = '.'] = process.argv.slice(2);
export const kubeconfig = process.env.GITOPS_BENCH_KUBECONFIG ?? '';
export const kubectl = process.env.GITOPS_BENCH_KUBECTL ?? '';
const url = 'https://git.example.com/team/bench.git';
/** As many requests as a sync itself has under way. */
export const abreast = 16;

export const folder = mkdtempSync(join(tmpdir(), 'gitops-bench-'));
const api = await RawApi.open(kubeconfig, { connections: abreast });

export async function tidyUp(): Promise<void> {
  rmSync(folder, { recursive: true, force: true });
  await api.close();
}

export function against(what: string, rows: readonly { ours: number; theirs: number }[], aim: string): Row {
  return {
    what,
    value: ms(median(rows.map(it => it.ours))),
    against: ms(median(rows.map(it => it.theirs))),
    ratio: median(rows.map(it => it.ours / it.theirs)),
    ...(aim && { aim }),
  };
}

/** Manifests and the Application that names them; gives the folder of the manifests. */
export function writeApplication(namespace: string, version: number): string {
  const manifests = join(folder, 'manifests');
  mkdirSync(manifests, { recursive: true });
  const text = thousandObjects(namespace, version).map(it => JSON.stringify(it.object));
  writeFileSync(join(manifests, 'all.yaml'), text.join('\n---\n'));
  const application = {
    apiVersion: 'argoproj.io/v1alpha1',
    kind: 'Application',
    metadata: { name: namespace, namespace: 'argocd' },
    spec: {
      project: 'default',
      source: { repoURL: url, path: 'manifests', targetRevision: 'HEAD' },
      destination: { server: 'https://kubernetes.default.svc', namespace },
    },
  };
  writeFileSync(join(folder, 'app.yaml'), JSON.stringify(application));
  return manifests;
}

export async function freshNamespace(prefix: string): Promise<string> {
  const name = `bench-${prefix}-${process.pid}-${Math.round(performance.now())}`;
  await api.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
  return name;
}

/** The floor: the same requests, over kept connections, by a client that knows nothing else. */
export async function patchAll(objects: readonly BenchObject[], dryRun: boolean): Promise<void> {
  const waiting = [...objects];
  const query = { fieldManager: 'bench', force: true, ...(dryRun && { dryRun: 'All' }) };
  await Promise.all(
    Array.from({ length: abreast }, async () => {
      for (let next = waiting.shift(); next; next = waiting.shift()) {
        const { status, text } = await api.apply(next.path, next.object, query);
        if (status >= 300) throw new Error(`${next.path}: ${text}`);
      }
    }),
  );
}

export function cliArguments(command: string, more: readonly string[]): readonly string[] {
  return [
    join(root, 'dist', 'cli.mjs'),
    command,
    'app.yaml',
    '--kubeconfig',
    kubeconfig,
    '--repo',
    `${url}=${folder}`,
    ...more,
  ];
}

/** Differences end with 1, which is no failure. */
export async function run(command: string, args: readonly string[]): Promise<void> {
  const options = { cwd: folder, maxBuffer: 1 << 30, env: { ...process.env, KUBECONFIG: kubeconfig } };
  await promisify(execFile)(command, args, options).catch((cause: { code?: unknown; stderr?: string }) => {
    if (cause.code !== 1 || cause.stderr) throw cause;
  });
}

export function cli(command: string, more: readonly string[]): Promise<void> {
  return run(process.execPath, cliArguments(command, more));
}
