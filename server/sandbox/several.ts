import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { KubernetesTypes } from '../core/diff/types.ts';
import type { JsonObject } from '../core/text/json.ts';
import { argoprojDefinitions } from './argoproj.ts';
import { text } from './objects.ts';
import { kubeconfigOf, type Sandbox, startSandbox } from './sandbox.ts';

export interface SeveralOptions {
  readonly names: readonly string[];
  readonly types: KubernetesTypes;
  readonly argocd: boolean;
  readonly seeds: readonly JsonObject[];
  /** Of the first cluster. */
  readonly port?: number;
  /** Where the kubeconfig with all of them is written. */
  readonly kubeconfigs: readonly string[];
}

export interface Several {
  readonly started: readonly Sandbox[];
  stop(): Promise<void>;
}

/** Clusters of one process, with one kubeconfig for all. The files go away with them. */
export async function startSeveral(options: SeveralOptions): Promise<Several> {
  const started: Sandbox[] = [];
  for (const [at, name] of options.names.entries())
    started.push(
      await startSandbox({
        name,
        types: options.types,
        definitions: argoprojDefinitions(options),
        ...(at === 0 && options.port !== undefined ? { port: options.port } : {}),
      }),
    );
  for (const it of started) await seed(it, options.seeds);
  const kubeconfig = kubeconfigOf(started);
  for (const file of options.kubeconfigs) {
    await mkdir(dirname(file), { recursive: true });
    // It holds the token.
    await writeFile(file, kubeconfig, { mode: 0o600 });
  }
  return {
    started,
    stop: async () => {
      await Promise.all(started.map(it => it.stop()));
      await Promise.all(options.kubeconfigs.map(it => rm(it, { force: true })));
    },
  };
}

/** Namespaces and definitions before what needs them; a namespace that nobody declares is made. */
async function seed({ api }: Sandbox, objects: readonly JsonObject[]): Promise<void> {
  // Definitions are established a moment after their creation.
  await new Promise(resolve => setTimeout(resolve, 20));
  const rank = (it: JsonObject): number =>
    it.kind === 'Namespace' ? 0 : it.kind === 'CustomResourceDefinition' ? 1 : 2;
  for (const object of [...objects].sort((a, b) => rank(a) - rank(b))) {
    const kind = api.kindOf(text(object.apiVersion), text(object.kind));
    if (!kind) continue;
    const metadata =
      typeof object.metadata === 'object' && object.metadata !== null ? (object.metadata as JsonObject) : {};
    const namespace = kind.namespaced ? text(metadata.namespace) || 'default' : '';
    const namespaces = api.builtIn('namespaces');
    if (namespace !== '' && !api.store.get(namespaces, '', namespace))
      api.create(namespaces, '', { metadata: { name: namespace } }, { manager: 'sandbox' });
    api.patch(
      kind,
      namespace,
      text(metadata.name),
      { type: 'apply', patch: object, force: true },
      { manager: 'sandbox' },
    );
  }
}
