import { spawn } from 'node:child_process';
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';
import { buildCli, cli, cliProgram, type Ran } from '../../support/cli.ts';
import { git, put } from '../../support/folder.ts';
import type { TestCluster, TestUser } from './clusters.ts';
import { withMetadata } from './objects.ts';

export interface ApplicationOptions {
  readonly syncOptions?: readonly string[];
  /** More of `spec`. */
  readonly spec?: JsonObject;
  /** Instead of the namespace of the case. */
  readonly namespace?: string;
}

/** One line of `sync --output json`. */
export type SyncLine = JsonObject & { readonly event: string };

export interface SyncRun extends Ran {
  readonly lines: readonly SyncLine[];
  /** How the steps ended, in the order in which it was told: `Sync ConfigMap/one succeeded`. That one runs is told only if it takes long. */
  readonly steps: readonly string[];
  /** The last word: phase and message. */
  readonly end: string;
  /** Every message, refusal and complaint, one a line, as a person reads them. */
  readonly told: string;
}

const url = 'https://git.example.com/team/demo.git';

/** An Application in a git repository of the case's own, driven by the command line that users get. */
export class TestApplication {
  readonly folder: string;
  readonly name: string;
  readonly cluster: TestCluster;
  readonly namespace: string;
  /** Instead of the user's: the way to the cluster through a proxy. */
  kubeconfig: string | undefined;
  readonly #object: JsonObject;

  constructor(cluster: TestCluster, folder: string, options: ApplicationOptions) {
    this.cluster = cluster;
    this.folder = folder;
    this.name = cluster.unique('app');
    this.namespace = options.namespace ?? cluster.namespace;
    this.#object = {
      apiVersion: 'argoproj.io/v1alpha1',
      kind: 'Application',
      metadata: { name: this.name, namespace: 'argocd' },
      spec: {
        project: 'default',
        source: { repoURL: url, path: 'manifests', targetRevision: 'HEAD' },
        destination: { server: 'https://kubernetes.default.svc', namespace: this.namespace },
        syncPolicy: { syncOptions: options.syncOptions ?? [] },
        ...options.spec,
      },
    };
    this.annotate({});
    git(folder, 'init', '--quiet', '--initial-branch=main');
  }

  /** Annotations of the Application itself, with Argo CD's prefix left out. */
  annotate(annotations: Readonly<Record<string, string>>): void {
    writeFileSync(join(this.folder, 'app.yaml'), JSON.stringify(annotated(this.#object, annotations)));
  }

  /** Replaces the manifests, and commits. */
  manifests(...objects: readonly JsonObject[]): this {
    rmSync(join(this.folder, 'manifests'), { recursive: true, force: true });
    // JSON is YAML.
    put(this.folder, { 'manifests/all.yaml': objects.map(it => JSON.stringify(it)).join('\n---\n') });
    git(this.folder, 'add', '--all');
    git(this.folder, 'commit', '--quiet', '--allow-empty', '--message=change');
    return this;
  }

  async sync(...args: readonly string[]): Promise<SyncRun> {
    return syncRun(await this.run('sync', ['--yes', '--output', 'json', ...args]));
  }

  async rollback(...args: readonly string[]): Promise<SyncRun> {
    return syncRun(await this.run('rollback', [...args, '--yes', '--output', 'json']));
  }

  async plan(...args: readonly string[]): Promise<{ readonly status: number | null; readonly body: JsonObject }> {
    const { status, out, err } = await this.run('plan', ['--output', 'json', ...args]);
    return { status, body: parsed(out, err) };
  }

  async history(): Promise<readonly JsonObject[]> {
    const { out, err } = await this.run('history', ['--output', 'json']);
    const value: Json = JSON.parse(out || JSON.stringify({ err }));
    return Array.isArray(value) ? value.filter(isObject) : [];
  }

  /** `told` is all that was said, on both streams. */
  async run(
    command: string,
    args: readonly string[],
    user: TestUser = 'admin',
  ): Promise<Ran & { readonly told: string }> {
    const ran = await cli(this.folder, this.#line(command, args, user));
    return { ...ran, told: ran.out + ran.err };
  }

  /** The same, as a process that can be killed. */
  start(command: string, args: readonly string[]) {
    const child = spawn(process.execPath, [cliProgram, ...this.#line(command, args, 'admin')], {
      cwd: this.folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const ended = new Promise<void>(resolve => child.on('close', () => resolve()));
    child.stdout.resume();
    child.stderr.resume();
    return { kill: () => child.kill('SIGKILL'), ended };
  }

  #line(command: string, args: readonly string[], user: TestUser): readonly string[] {
    const { files } = this.cluster;
    const kubeconfig =
      user === 'restricted'
        ? files.restrictedKubeconfig
        : user === 'expired'
          ? files.expiredKubeconfig
          : files.kubeconfig;
    const used = this.kubeconfig ?? kubeconfig ?? '';
    return [command, 'app.yaml', ...args, '--kubeconfig', used, '--repo', `${url}=${this.folder}`];
  }
}

/** The folder is gone after the case. */
export async function withApplication(
  cluster: TestCluster,
  options: ApplicationOptions,
  run: (application: TestApplication) => Promise<void>,
): Promise<void> {
  await buildCli();
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'gitops-workbench-app-')));
  try {
    await run(new TestApplication(cluster, folder, options));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Argo CD's annotations, without their long prefix. */
export function annotated(object: JsonObject, annotations: Readonly<Record<string, string>>): JsonObject {
  const { metadata } = object;
  const before = isObject(metadata) && isObject(metadata.annotations) ? metadata.annotations : {};
  const named = Object.entries(annotations).map(([key, value]) => [`argocd.argoproj.io/${key}`, value]);
  return withMetadata(object, { annotations: { ...before, ...Object.fromEntries(named) } });
}

function syncRun(ran: Ran): SyncRun {
  const lines = ran.out.split('\n').flatMap((it): SyncLine[] => {
    const line: Json | undefined = it.startsWith('{') ? JSON.parse(it) : undefined;
    return isObject(line) ? [{ ...line, event: String(line.event) }] : [];
  });
  const steps = lines
    .filter(it => it.event === 'resource' && it.state !== 'running')
    .map(it => `${String(it.phase)} ${String(it.kind)}/${String(it.name)} ${String(it.state)}`);
  const end = lines.findLast(it => it.event === 'end');
  const messages = lines.flatMap(it => [it, ...refusalsOf(it)]).flatMap(it => (it.message ? [String(it.message)] : []));
  const told = [...messages, ran.err].join('\n');
  return { ...ran, lines, steps, end: end ? `${String(end.phase)}: ${String(end.message)}` : ran.err, told };
}

function refusalsOf({ refusals }: JsonObject): readonly JsonObject[] {
  return Array.isArray(refusals) ? refusals.filter(isObject) : [];
}

/** Everything that was said is in the failure where it did not. */
export function expectSynced(run: SyncRun): void {
  if (run.status !== 0) throw new Error(`the sync ended with ${run.status}\n${run.out}\n${run.err}`);
}

function parsed(out: string, err: string): JsonObject {
  const value: Json = out === '' ? { err } : JSON.parse(out);
  return isObject(value) ? value : {};
}
