import { describe, expect, it } from 'vitest';
import { parseFile } from '../../../server/core/documents/parse.ts';
import { guards } from '../../../server/core/sync/guards/index.ts';
import {
  type Plan,
  type PlanOptions,
  type PlanSubject,
  planOf,
  type Standing,
} from '../../../server/core/sync/plan.ts';
import { keyOf, kindOf } from '../../../server/core/sync/resource.ts';
import { tasksOf } from '../../../server/core/sync/tasks.ts';
import { isObject, type JsonObject } from '../../../server/core/text/json.ts';

interface World {
  readonly wanted?: string;
  readonly hooks?: string;
  readonly live?: string;
  readonly options?: PlanOptions;
  /** By kind; `differs` where nothing is said. */
  readonly standing?: Readonly<Record<string, Standing>>;
  readonly more?: Partial<PlanSubject>;
}

/** The plan for objects in YAML: targets and live objects of one kind belong together. */
function plan({ wanted = '', hooks = '', live = '', options = {}, standing = {}, more = {} }: World): Plan {
  const [targets, lives] = [objects(wanted), objects(live)];
  const paired = targets.map(target => ({ target, live: lives.find(it => kindOf(it) === kindOf(target)) }));
  const extras = lives.filter(it => !targets.some(target => kindOf(target) === kindOf(it)));
  const tasks = tasksOf({
    resources: [
      ...paired.map(it => ({ target: it.target, ...(it.live && { live: it.live }) })),
      ...extras.map(it => ({ live: it })),
    ],
    hooks: objects(hooks),
    namespace: 'shop',
    revision: '',
    startedAt: 0,
    options,
    unknownKind: () => undefined,
  });
  return planOf({
    tasks,
    options,
    placed: keyOf,
    standing: task => standing[kindOf(task.target ?? {})] ?? { kind: 'differs' },
    shared: [],
    wantsNothing: targets.length === 0,
    ...more,
  });
}

function objects(text: string): readonly JsonObject[] {
  return parseFile('objects.yaml', text).documents.flatMap(it => (isObject(it.value) ? [it.value] : []));
}

const configMap = 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop }\n';
const annotated = (annotation: string) =>
  `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop, annotations: { ${annotation} } }\n`;
const told = ({ steps }: Plan) => steps.map(it => `${it.phase} ${it.action} ${it.kind}: ${it.reason}`);

describe('what a sync does with one object', () => {
  const cases: readonly [string, World, string][] = [
    ['makes what is not there', { wanted: configMap }, 'create ConfigMap: not in the cluster'],
    ['changes what differs', { wanted: configMap, live: configMap }, 'update ConfigMap: differs'],
    [
      'says whose fields it takes over',
      {
        wanted: configMap,
        live: configMap,
        standing: { ConfigMap: { kind: 'differs', note: 'kubectl owns .data' } },
      },
      'update ConfigMap: differs; kubectl owns .data',
    ],
    [
      'leaves what is equal',
      { wanted: configMap, live: configMap, standing: { ConfigMap: { kind: 'same' } } },
      'unchanged ConfigMap: in sync',
    ],
    [
      'does not even look at what is equal with ApplyOutOfSyncOnly',
      {
        wanted: configMap,
        live: configMap,
        standing: { ConfigMap: { kind: 'same' } },
        options: { outOfSyncOnly: true },
      },
      'skip ConfigMap: in sync (ApplyOutOfSyncOnly)',
    ],
    [
      'writes over with Replace=true, equal or not',
      {
        wanted: annotated('argocd.argoproj.io/sync-options: Replace=true'),
        live: configMap,
        standing: { ConfigMap: { kind: 'same' } },
      },
      'replace ConfigMap: written over as a whole (replace)',
    ],
    [
      'recreates with replace and force',
      { wanted: configMap, live: configMap, options: { replace: true, force: true } },
      'recreate ConfigMap: deleted and made anew (replace with force)',
    ],
    [
      'recreates with force what cannot change',
      {
        wanted: configMap,
        live: configMap,
        options: { force: true },
        standing: { ConfigMap: { kind: 'impossible' } },
      },
      'recreate ConfigMap: the change is not possible on a living object (force)',
    ],
    [
      'prunes only when told to',
      { live: configMap, options: { prune: true } },
      'prune ConfigMap: not in the manifests any more',
    ],
    [
      'keeps what is no more wanted while pruning is off',
      { live: configMap },
      'keep ConfigMap: not in the manifests any more, requires pruning; pruning is off',
    ],
    [
      'keeps what says Prune=false',
      { live: annotated('argocd.argoproj.io/sync-options: Prune=false'), options: { prune: true } },
      'keep ConfigMap: Prune=false keeps it',
    ],
  ];
  it.each(cases)('%s', (_, world, expected) => expect(told(plan(world))).toEqual([`Sync ${expected}`]));

  it('runs hooks in their phases, and names those that get a name as they will begin', () => {
    const hooks =
      'apiVersion: batch/v1\nkind: Job\nmetadata: { generateName: migrate-, namespace: shop, annotations: { argocd.argoproj.io/hook: PostSync } }\n';
    const { steps } = plan({ wanted: configMap, hooks });
    expect(steps.map(it => `${it.phase} ${it.action} ${it.kind}`)).toEqual([
      'Sync create ConfigMap',
      'PostSync hook Job',
    ]);
  });
});

describe('guards', () => {
  const key = { group: '', kind: 'ConfigMap', namespace: 'shop', name: 'settings' };

  it.each<[string, World, readonly string[], readonly RegExp[]]>([
    [
      'a shared resource is a warning',
      { wanted: configMap, more: { shared: [{ key, application: 'other' }] } },
      [],
      [/ConfigMap shop\/settings belongs to other too/],
    ],
    [
      'a shared resource is a refusal with FailOnSharedResource=true',
      {
        wanted: configMap,
        options: { failOnSharedResource: true },
        more: { shared: [{ key, application: 'other' }] },
      },
      ['sharedResource'],
      [],
    ],
    [
      'Prune=confirm wants to be confirmed',
      {
        live: annotated('argocd.argoproj.io/sync-options: Prune=confirm'),
        wanted: 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n',
        options: { prune: true },
      },
      ['pruneUnconfirmed'],
      [],
    ],
    [
      'and is nothing once it is confirmed, or nothing is pruned',
      {
        live: annotated('argocd.argoproj.io/sync-options: Prune=confirm'),
        wanted: 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n',
        options: { prune: true, pruneConfirmed: true },
      },
      [],
      [],
    ],
    [
      'a wipe is told before',
      { live: configMap, options: { prune: true } },
      [],
      [/deletes everything of the Application, 1 resource\./],
    ],
    [
      'a window keeps everything away',
      { wanted: configMap, more: { blocked: 'Sync operation blocked by sync window' } },
      ['outsideSyncWindow'],
      [],
    ],
    [
      'a project permits or not',
      {
        wanted: configMap,
        more: {
          forbidden: it =>
            kindOf(it) === 'ConfigMap' ? 'resource :ConfigMap is not permitted in project shop.' : undefined,
        },
      },
      ['notPermitted'],
      [],
    ],
    [
      'nothing can be made in a namespace that goes',
      { wanted: configMap, more: { terminating: new Set(['shop']) } },
      ['namespaceTerminating'],
      [],
    ],
    [
      'what lives there already can still be changed',
      { wanted: configMap, live: configMap, more: { terminating: new Set(['shop']) } },
      [],
      [],
    ],
    [
      'finalizers hold up what is pruned',
      {
        wanted: 'apiVersion: v1\nkind: Secret\nmetadata: { name: s }\n',
        live: 'apiVersion: v1\nkind: ConfigMap\nmetadata: { name: settings, namespace: shop, finalizers: [a/b] }\n',
        options: { prune: true },
      },
      [],
      [/goes only when its finalizers are done: a\/b/],
    ],
    [
      'a client-side apply has a limit',
      { wanted: `${configMap}data: { big: ${'x'.repeat(270_000)} }\n` },
      ['annotationTooLong'],
      [],
    ],
    [
      'a server-side apply has not',
      { wanted: `${configMap}data: { big: ${'x'.repeat(270_000)} }\n`, options: { serverSideApply: true } },
      [],
      [],
    ],
  ])('%s', (_, world, refusals, warnings) => {
    const made = plan(world);
    expect(made.refusals.map(it => it.guard)).toEqual(refusals);
    expect(made.warnings).toEqual(warnings.map(it => expect.stringMatching(it)));
  });

  it('carry the name that their refusals have', () => {
    expect(new Set(guards.map(it => it.name)).size).toBe(guards.length);
    for (const it of guards) expect(it.summary).not.toMatch(/\.$/);
  });
});
