import { expect } from 'vitest';
import { isSettled } from '../../server/core/diff/settled.ts';
import { isObject, type Json, type JsonObject } from '../../server/core/text/json.ts';
import type { Cluster } from '../../server/engine/cluster.ts';
import { fieldManager } from '../../server/engine/compare/predict.ts';
import { decidedPart } from '../../server/engine/operations/prepare.ts';
import { kubernetesTypes } from '../support/kubernetesTypes.ts';
import { forEachCluster } from './support/clusters.ts';
import { at, configMap, deployment } from './support/objects.ts';
import { eventuallyValue } from './support/wait.ts';

const service = (namespace: string): JsonObject => ({
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web', namespace, labels: { app: 'web' }, annotations: { note: 'one' } },
  spec: {
    selector: { app: 'web' },
    ports: [
      { name: 'http', port: 80 },
      { name: 'admin', port: 81, protocol: 'TCP' },
    ],
  },
});

const web = (namespace: string): JsonObject => {
  const resources = { requests: { cpu: '0.1', memory: '1024Mi' } };
  const containers = [
    {
      name: 'main',
      image: 'example/app:1',
      resources,
      env: [{ name: 'A', value: '1' }, { name: 'B' }],
      args: ['serve', 'all'],
      securityContext: {},
    },
    { name: 'side', image: 'example/side:1', ports: [{ containerPort: 80 }] },
  ];
  return deployment(namespace, 'web', {
    replicas: 0,
    spec: { template: { metadata: { labels: { app: 'web' } }, spec: { containers, tolerations: [{ key: 'a' }] } } },
  });
};

forEachCluster('what is settled without asking, the API server would leave as it is', async ({ api, namespace }) => {
  const types = await kubernetesTypes();
  for (const target of [configMap(namespace, 'one', { a: '1', b: '' }), service(namespace), web(namespace)]) {
    const live = await atRest(api, (await applied(api, target, false)).object);
    const verdicts = new Map<boolean, string[]>([
      [true, []],
      [false, []],
    ]);
    for (const [what, edited] of editsOf(target)) {
      const settled = isSettled(edited, live, fieldManager, types);
      verdicts.get(settled)?.push(what);
      if (!settled) continue;
      const { object: after } = await applied(api, edited, true);
      expect(decidedPart(after), `${String(target.kind)}: ${what}`).toEqual(decidedPart(live));
    }
    // Neither verdict is given to everything.
    expect(verdicts.get(true)).toContain('nothing');
    expect(verdicts.get(false)?.length).toBeGreaterThan(2);
  }
});

forEachCluster('what others wrote since is settled only where it does not touch ours', async ({ api, namespace }) => {
  const types = await kubernetesTypes();
  const target = configMap(namespace, 'one', { a: '1', b: '2' });
  await applied(api, target, false);
  const patch = async (data: JsonObject): Promise<JsonObject> => {
    const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace, name: 'one' };
    const write = { verb: 'patch', ref, type: 'merge', patch: { data } } as const;
    return (await api.write(write, { fieldManager: 'somebody' })).object;
  };
  expect(isSettled(target, await patch({ c: '3' }), fieldManager, types)).toBe(true);
  // Dropped from the manifest, and still claimed by nobody else: a sync would remove it.
  expect(isSettled(configMap(namespace, 'one', { a: '1' }), await patch({}), fieldManager, types)).toBe(false);
  expect(isSettled(target, await patch({ a: '9' }), fieldManager, types)).toBe(false);
  expect(isSettled(target, await patch({ a: null }), fieldManager, types)).toBe(false);
});

/** Controllers write to a new Deployment, too. */
async function atRest(api: Cluster, object: JsonObject): Promise<JsonObject> {
  if (object.kind !== 'Deployment') return object;
  const ref = { apiVersion: 'apps/v1', kind: 'Deployment', ...names(object) };
  return eventuallyValue(
    'the controller has seen it',
    async () => (await api.get(ref)) ?? {},
    now => at(now, 'status', 'observedGeneration') === at(now, 'metadata', 'generation'),
  );
}

function names(object: JsonObject) {
  return { namespace: String(at(object, 'metadata', 'namespace')), name: String(at(object, 'metadata', 'name')) };
}

function applied(api: Cluster, object: JsonObject, dryRun: boolean) {
  return api.write({ verb: 'apply', object, force: true }, { fieldManager, fieldValidation: 'Warn', dryRun });
}

/** The object as it is, and with each value changed, dropped, or something put beside it. */
function editsOf(object: JsonObject): readonly (readonly [string, JsonObject])[] {
  const protectedPaths = /^(apiVersion|kind|metadata|metadata\.name|metadata\.namespace|spec|spec\.selector.*)$/;
  const paths = pathsOf(object).filter(path => !protectedPaths.test(path.join('.')));
  return [
    ['nothing', object],
    ...paths.flatMap((path): readonly (readonly [string, JsonObject])[] => {
      const text = path.join('.');
      return [
        [`drop ${text}`, edited(object, path, () => undefined)],
        [`change ${text}`, edited(object, path, it => changed(it))],
        [`turn ${text}`, edited(object, path, it => (Array.isArray(it) ? [...it].reverse() : it))],
      ];
    }),
  ];
}

type Path = readonly (string | number)[];

function pathsOf(value: Json, path: Path = []): readonly Path[] {
  const below = Array.isArray(value)
    ? value.flatMap((it, i) => pathsOf(it, [...path, i]))
    : isObject(value)
      ? Object.keys(value).flatMap(key => pathsOf(value[key] ?? null, [...path, key]))
      : [];
  return path.length === 0 ? below : [path, ...below];
}

function changed(value: Json): Json {
  if (typeof value === 'string') return `${value}0`;
  if (typeof value === 'number') return value + 1;
  if (Array.isArray(value)) return value.slice(1);
  return isObject(value) ? { ...value, extra: '1' } : value;
}

function edited(object: JsonObject, path: Path, change: (value: Json) => Json | undefined): JsonObject {
  const copy = structuredClone(object) as JsonObject;
  const last = path.at(-1) ?? '';
  let holder = copy as unknown as Record<string | number, Json>;
  for (const step of path.slice(0, -1)) holder = holder[step] as unknown as Record<string | number, Json>;
  const next = change(holder[last] ?? null);
  if (next !== undefined) holder[last] = next;
  else if (Array.isArray(holder)) holder.splice(Number(last), 1);
  else delete holder[last];
  return copy;
}
