import { expect, it } from 'vitest';
import { type HealthStatus, health as healthIs } from '../../server/core/health/health.ts';
import { type Outcome, type PassOptions, pruneOption, type SyncAction } from '../../server/core/sync/actions.ts';
import { deletePoliciesOf, isHook } from '../../server/core/sync/hooks.ts';
import { objectOf, waveOfTask } from '../../server/core/sync/order.ts';
import { type PassEnd, pass } from '../../server/core/sync/pass.ts';
import type { SyncRecord } from '../../server/core/sync/records.ts';
import {
  isCustomResourceDefinition,
  keyOf,
  keyText,
  kindOf,
  metadataOf,
  nameOf,
  withMetadata,
} from '../../server/core/sync/resource.ts';
import { type SyncOptions, type SyncTask, taskKey, tasksOf } from '../../server/core/sync/tasks.ts';
import { isObject, type JsonObject } from '../../server/core/text/json.ts';
import { judge, passed } from '../support/conformance.ts';

interface Given {
  readonly id: string;
  readonly namespace: string;
  readonly revision: string;
  readonly target: readonly JsonObject[] | null;
  readonly live: readonly JsonObject[] | null;
  readonly options: SyncOptions & { readonly defaultPruneOption?: string };
}

interface Task {
  readonly phase: string;
  readonly wave: number;
  readonly key: string;
}

it('tasks stand in Argo CD’s order, and every pass does what it does there', async () => {
  const tally = await judge<Given, Answer>('sync', (given, expected) => {
    const difference = tasksDifference(given, expected) ?? passesDifference(given, expected);
    return difference === undefined ? passed : { kind: 'fail', difference };
  });
  expect(tally.failures).toEqual([]);
});

function tasksDifference(given: Given, expected: Answer): string | undefined {
  const tasks = tasksOf(subjectOf(given)).map(it => told(it, given.options.defaultPruneOption));
  const order = expected.stable ? (it: readonly string[]) => it : (it: readonly string[]) => [...it].sort();
  return differenceOf(order(tasks), order(expected.tasks.map(it => JSON.stringify(it))));
}

function differenceOf(ours: readonly string[], theirs: readonly string[]): string | undefined {
  const at = ours.findIndex((it, i) => it !== theirs[i]);
  if (at === -1 && ours.length === theirs.length) return undefined;
  const place = at === -1 ? ours.length : at;
  return `at ${place}: ours ${ours[place] ?? 'nothing'}, Argo CD's ${theirs[place] ?? 'nothing'}`;
}

function told(task: SyncTask, defaultPruneOption = ''): string {
  const hook = isHook(objectOf(task));
  return JSON.stringify({
    phase: task.phase,
    wave: waveOfTask(task),
    key: taskKey(task),
    ...(hook && { hook: true }),
    ...(task.target === undefined && { prune: true }),
    ...(task.live && { live: true }),
    ...(task.skipDryRun && { skipDryRun: true }),
    ...(hook && { deletePolicies: [...deletePoliciesOf(objectOf(task))] }),
    ...(task.target === undefined && pruneOption(task, { defaultPruneOption }) === 'confirm' && { needsConfirm: true }),
    ...(task.target === undefined && pruneOption(task, { defaultPruneOption }) === 'false' && { pruneDisabled: true }),
    ...(task.refusal && { failed: task.refusal }),
  });
}

/** As the controller pairs them before it asks the engine (argo-cd:gitops-engine/pkg/sync/reconcile.go). */
function subjectOf({ target, live, namespace, revision, options }: Given) {
  const targets = target ?? [];
  const left = new Map((live ?? []).map(it => [keyText(keyOf(it)), it]));
  const clusterScoped = new Set(
    [...left.values()].filter(it => isObject(it.spec) && it.spec.scope === 'Cluster').map(it => kindsOf(it)),
  );
  const pairs = targets
    .filter(it => !isHook(it))
    .map(wanted => {
      const key = keyOf(wanted);
      const isClusterScoped = clusterKinds.includes(key.kind) || clusterScoped.has(`${key.group}/${key.kind}`);
      const place = keyText({ ...key, namespace: isClusterScoped ? '' : key.namespace || namespace });
      const found = left.get(place);
      left.delete(place);
      return { target: wanted, ...(found && { live: found }) };
    });
  // The engine keeps one entry of each key, the last: of a target whose cluster-scoped kind has a namespace, what lives in that.
  const entries: readonly { readonly target?: JsonObject; readonly live?: JsonObject }[] = [
    ...pairs,
    ...[...left.values()].map(it => ({ live: it })),
  ];
  const resources = [...new Map(entries.map(it => [keyText(keyOf(it.live ?? it.target ?? {})), it])).values()];
  const custom = new Set((live ?? []).filter(isCustomResourceDefinition).map(it => kindsOf(it)));
  return {
    resources,
    hooks: targets.filter(isHook),
    namespace,
    revision,
    startedAt: 1_700_000_000,
    options,
    ...liveNamespaceIn(live, namespace),
    unknownKind: (apiVersion: string, kind: string) => {
      const group = apiVersion.split('/')[0] ?? '';
      if (!group.endsWith('example.com') || custom.has(`${group}/${kind}`)) return undefined;
      if ([...custom].some(it => it.startsWith(`${group}/`))) return `${kind}.${group} "" not found`;
      return `failed to discover server resources for group version ${apiVersion}: the server could not find the requested resource, GroupVersion "${apiVersion}" not found`;
    },
  };
}

function liveNamespaceIn(live: readonly JsonObject[] | null, namespace: string) {
  const found = (live ?? []).find(it => kindOf(it) === 'Namespace' && nameOf(it) === namespace);
  return found ? { liveNamespace: found } : {};
}

function kindsOf({ spec }: JsonObject): string {
  return isObject(spec) && isObject(spec.names) ? `${String(spec.group)}/${String(spec.names.kind)}` : '';
}

interface Step {
  readonly events: readonly string[];
  readonly phase: string;
  readonly message: string;
}

interface Answer {
  readonly tasks: readonly Task[];
  readonly stable: boolean;
  readonly steps: readonly Step[];
  readonly results: readonly string[];
  readonly left: readonly string[] | null;
}

function passesDifference(given: Given, expected: Answer): string | undefined {
  const world = new World(given);
  const steps: Step[] = [];
  let records: ReadonlyMap<string, SyncRecord> = new Map();
  for (const _ of expected.steps) {
    const end = world.run(records);
    records = end.records;
    steps.push({ events: world.takeEvents(), phase: end.phase, message: end.message });
  }
  const results = [...records.values()]
    .map(it => `${keyText(it.key)} ${it.phase} ${it.status} ${it.operation} ${it.message}`)
    .sort();
  // Of tasks that tie, Go's map order says which is named first.
  const named = (text: string): string => (expected.stable ? text : text.replace(/(of(?: hook)?) \S+/, '$1 one'));
  const line = ({ events, phase, message }: Step): string =>
    JSON.stringify({ events: events ?? [], phase, message: named(message) });
  return differenceOf([...steps.map(line), ...results], [...expected.steps.map(line), ...(expected.results ?? [])]);
}

const clusterKinds = [
  'Namespace',
  'PersistentVolume',
  'StorageClass',
  'ClusterRole',
  'ClusterRoleBinding',
  'CustomResourceDefinition',
  'PriorityClass',
  'IngressClass',
  'APIService',
  'ValidatingWebhookConfiguration',
  'MutatingWebhookConfiguration',
];

/** As the API server keeps it: cluster-scoped objects have no namespace. */
function stored(object: JsonObject): JsonObject {
  return clusterKinds.includes(kindOf(object)) ? withMetadata(object, { namespace: '' }) : object;
}

/** A cluster of a map: applying makes an object healthy, or as the case says; deleting removes it unless a finalizer holds it. */
class World {
  readonly #given: Given & { readonly health?: Record<string, HealthStatus>; readonly fail?: readonly string[] };
  readonly #live = new Map<string, JsonObject>();
  #events: string[] = [];

  constructor(given: Given) {
    this.#given = given;
    for (const it of given.live ?? []) this.#live.set(keyText(keyOf(it)), it);
  }

  takeEvents(): string[] {
    const events = this.#events.sort();
    this.#events = [];
    return events;
  }

  run(records: ReadonlyMap<string, SyncRecord>): PassEnd {
    const given = { ...this.#given, live: [...this.#live.values()] };
    const steps = pass({
      tasks: tasksOf(subjectOf(given)),
      records,
      namespace: given.namespace,
      options: given.options as PassOptions,
      health: object => healthIs(this.#given.health?.[`${kindOf(object)}/${nameOf(object)}`] ?? 'Healthy'),
    });
    let next = steps.next();
    while (!next.done) next = steps.next(next.value.map(it => this.#act(it)));
    return next.value;
  }

  #act(action: SyncAction): Outcome {
    const { object } = action;
    switch (action.kind) {
      case 'look':
        return this.#find(object) ? { kind: 'done', message: '' } : { kind: 'missing' };
      case 'removeHookFinalizer':
        return { kind: 'done', message: '' };
      case 'prune':
      case 'deleteHook':
        return this.#delete(action.kind === 'prune' ? 'prune' : 'delete-hook', object);
      case 'apply':
        return this.#apply(action);
    }
  }

  #delete(verb: string, object: JsonObject): Outcome {
    const key = keyText(keyOf(object));
    // Gone already: a hook of two phases is one object.
    if (!this.#live.has(key)) return { kind: 'missing' };
    this.#events.push(`${verb} ${key}`);
    const { finalizers } = metadataOf(object);
    if (verb === 'prune' && Array.isArray(finalizers) && finalizers.length > 0)
      this.#live.set(key, withMetadata(object, { deletionTimestamp: '2024-01-01T00:00:00Z' }));
    else this.#live.delete(key);
    return { kind: 'done', message: '' };
  }

  #apply({ object, how, dryRun, force, validate }: Extract<SyncAction, { kind: 'apply' }>): Outcome {
    if (dryRun) return { kind: 'done', message: '' };
    const key = keyText(keyOf(object));
    const verb = how === 'serverSideApply' ? 'apply' : how;
    const marks = [
      force && how !== 'create' && how !== 'update' && 'force',
      how !== 'create' && how !== 'update' && !validate && 'novalidate',
      how === 'serverSideApply' && 'server-side',
    ];
    const fails = this.#given.fail?.includes(`${kindOf(object)}/${nameOf(object)}`);
    this.#events.push([fails ? `${verb}-failed` : verb, key, ...marks.filter(Boolean)].join(' '));
    if (fails) return { kind: 'failed', message: 'oracle: apply failed' };
    this.#live.set(keyText(keyOf(stored(object))), stored(object));
    const messages = {
      apply: `${nameOf(object)} apply`,
      create: `${nameOf(object)} create`,
      replace: `${nameOf(object)} replace`,
    };
    return {
      kind: 'done',
      message: how === 'update' ? `${kindOf(object)}/${nameOf(object)} updated` : messages[verb as 'apply'],
    };
  }

  #find(object: JsonObject): JsonObject | undefined {
    return this.#live.get(keyText(keyOf(stored(object))));
  }
}
