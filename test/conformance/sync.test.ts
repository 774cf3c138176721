import { expect, it } from 'vitest';
import { deletePoliciesOf, isHook } from '../../server/core/sync/hooks.ts';
import { objectOf, waveOfTask } from '../../server/core/sync/order.ts';
import {
  groupOf,
  hasSyncOption,
  isCustomResourceDefinition,
  keyOf,
  keyText,
  kindOf,
  nameOf,
  namespaceOf,
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

/** The tasks of a sync and their order; what each step does is the executor's. */
it('tasks stand in the order in which Argo CD runs them', async () => {
  const tally = await judge<Given, { tasks: readonly Task[]; stable: boolean }>('sync', (given, expected) => {
    if (hasTwoOfOneKey(given))
      return {
        kind: 'skip',
        reason: 'a cluster-scoped kind with a namespace: two entries of one key, of which Go’s map order keeps one',
      };
    const tasks = tasksOf(subjectOf(given)).map(it => told(it, given.options.defaultPruneOption));
    const order = expected.stable ? (it: readonly string[]) => it : (it: readonly string[]) => [...it].sort();
    const ours = order(tasks);
    const theirs = order(expected.tasks.map(it => JSON.stringify(it)));
    const at = ours.findIndex((it, i) => it !== theirs[i]);
    if (ours.length === theirs.length && at === -1) return passed;
    return {
      kind: 'fail',
      difference: `at ${at}: ours ${ours[at] ?? 'nothing'}, Argo CD's ${theirs[at] ?? 'nothing'}`,
    };
  });
  expect(tally.failures).toEqual([]);
});

function hasTwoOfOneKey({ target, live }: Given): boolean {
  const clusterScoped = (live ?? []).filter(it => isObject(it.spec) && it.spec.scope === 'Cluster').map(kindsOf);
  return (target ?? []).some(
    it =>
      namespaceOf(it) !== '' &&
      clusterScoped.includes(`${groupOf(it)}/${kindOf(it)}`) &&
      (live ?? []).some(other => keyText(keyOf(other)) === keyText(keyOf(it))),
  );
}

function told(task: SyncTask, defaultOption = ''): string {
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
    ...(task.target === undefined && pruneOption(task, defaultOption) === 'confirm' && { needsConfirm: true }),
    ...(task.target === undefined && pruneOption(task, defaultOption) === 'false' && { pruneDisabled: true }),
    ...(task.refusal && { failed: task.refusal }),
  });
}

/** The resource's own option goes before the controller's default. */
function pruneOption({ live }: SyncTask, defaultOption: string): string {
  if (hasSyncOption(live, 'Prune=confirm')) return 'confirm';
  return hasSyncOption(live, 'Prune=false') ? 'false' : defaultOption;
}

/** As the controller pairs them before it asks the engine (argo-cd:gitops-engine/pkg/sync/reconcile.go). */
function subjectOf({ target, live, namespace, revision, options }: Given) {
  const targets = target ?? [];
  const left = (live ?? []).filter(
    (it, i, all) => all.findLastIndex(other => keyText(keyOf(other)) === keyText(keyOf(it))) === i,
  );
  const pairs = targets
    .filter(it => !isHook(it))
    .map(wanted => {
      const at = left.findIndex(
        it =>
          groupOf(it) === groupOf(wanted) &&
          kindOf(it) === kindOf(wanted) &&
          nameOf(it) === nameOf(wanted) &&
          (namespaceOf(it) === '' || namespaceOf(it) === (namespaceOf(wanted) || namespace)),
      );
      const found = at === -1 ? undefined : left.splice(at, 1)[0];
      return { target: wanted, ...(found && { live: found }) };
    });
  const custom = new Set((live ?? []).filter(isCustomResourceDefinition).map(it => kindsOf(it)));
  return {
    resources: [...pairs, ...left.map(it => ({ live: it }))],
    hooks: targets.filter(isHook),
    namespace,
    revision,
    startedAt: 1_700_000_000,
    options,
    unknownKind: (apiVersion: string, kind: string) => {
      const group = apiVersion.split('/')[0] ?? '';
      if (!group.endsWith('example.com') || custom.has(`${group}/${kind}`)) return undefined;
      if ([...custom].some(it => it.startsWith(`${group}/`))) return `${kind}.${group} "" not found`;
      return `failed to discover server resources for group version ${apiVersion}: the server could not find the requested resource, GroupVersion "${apiVersion}" not found`;
    },
  };
}

function kindsOf({ spec }: JsonObject): string {
  return isObject(spec) && isObject(spec.names) ? `${String(spec.group)}/${String(spec.names.kind)}` : '';
}
