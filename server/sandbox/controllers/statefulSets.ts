import { canonical } from '../../core/text/fingerprint.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import { at, metadataOf, nameOf, namespaceOf, number, objects, text, withMetadata } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';
import { childrenOf, createPod, isOwnedBy, isReady, ownerReference, shortHash } from './children.ts';
import type { Controller } from './controller.ts';

const revisionLabel = 'controller-revision-hash';

/** StatefulSet → Pods by ordinal: one after the other, updated from the last down to the partition. */
export const statefulSets: Controller = {
  name: 'statefulsets',
  watches: api => [api.builtIn('statefulsets', 'apps')],
  reconcile: (set, api) => {
    if (isBeingDeleted(set)) return undefined;
    const spec = at(set, 'spec');
    const replicas = number(spec.replicas, 1);
    const revision = `${nameOf(set)}-${shortHash(canonical(at(spec, 'template')), 9)}`;
    const pods = childrenOf(set, api.builtIn('pods'), api);
    const byOrdinal = new Map(pods.map(it => [Number(nameOf(it).slice(nameOf(set).length + 1)), it]));
    step(set, byOrdinal, { replicas, revision }, api);
    report(set, childrenOf(set, api.builtIn('pods'), api), { replicas, revision }, api);
    return undefined;
  },
};

interface Aim {
  readonly replicas: number;
  readonly revision: string;
}

function step(
  set: JsonObject,
  pods: ReadonlyMap<number, JsonObject>,
  { replicas, revision }: Aim,
  api: SandboxApi,
): void {
  const spec = at(set, 'spec');
  const parallel = spec.podManagementPolicy === 'Parallel';
  for (let i = 0; i < replicas; i++) {
    const pod = pods.get(i);
    if (!pod) {
      claims(set, i, api);
      const name = `${nameOf(set)}-${i}`;
      if (api.store.get(api.builtIn('pods'), namespaceOf(set), name)) return;
      createPod(set, at(spec, 'template'), name, api, {
        [revisionLabel]: revision,
        'statefulset.kubernetes.io/pod-name': name,
        'apps.kubernetes.io/pod-index': String(i),
      });
      if (!parallel) return;
    } else if (!isReady(pod) && !parallel && current(pod) === revision) return;
  }
  const extra = [...pods.keys()].filter(it => it >= replicas).sort((a, b) => b - a);
  for (const it of parallel ? extra : extra.slice(0, 1)) remove(set, it, api);
  if (extra.length > 0 || text(at(spec, 'updateStrategy').type) === 'OnDelete') return;
  const partition = number(at(spec, 'updateStrategy', 'rollingUpdate').partition);
  for (let i = replicas - 1; i >= partition; i--) {
    const pod = pods.get(i);
    if (!pod) return;
    if (current(pod) !== revision) {
      remove(set, i, api);
      return;
    }
    if (!isReady(pod)) return;
  }
}

const current = (pod: JsonObject): string => text(at(pod, 'metadata', 'labels')[revisionLabel]);

function remove(set: JsonObject, ordinal: number, api: SandboxApi): void {
  api.delete(api.builtIn('pods'), namespaceOf(set), `${nameOf(set)}-${ordinal}`);
}

function claims(set: JsonObject, ordinal: number, api: SandboxApi): void {
  const kind = api.builtIn('persistentvolumeclaims');
  for (const template of objects(at(set, 'spec').volumeClaimTemplates)) {
    const name = `${nameOf(template)}-${nameOf(set)}-${ordinal}`;
    if (api.store.get(kind, namespaceOf(set), name)) continue;
    api.create(
      kind,
      namespaceOf(set),
      withMetadata(template, { name, labels: at(set, 'spec', 'selector', 'matchLabels') }),
      { manager: 'kube-controller-manager' },
    );
  }
}

function report(set: JsonObject, pods: readonly JsonObject[], { replicas, revision }: Aim, api: SandboxApi): void {
  const updated = pods.filter(it => current(it) === revision).length;
  const ready = pods.filter(isReady).length;
  const before = at(set, 'status');
  const done = updated === replicas && ready === replicas && pods.length === replicas;
  const currentRevision = done ? revision : text(before.currentRevision) || revision;
  api.change(api.builtIn('statefulsets', 'apps'), set, it => ({
    ...it,
    status: {
      observedGeneration: metadataOf(it).generation ?? 1,
      replicas: pods.length,
      ...(ready > 0 ? { readyReplicas: ready } : {}),
      availableReplicas: ready,
      currentReplicas: pods.filter(pod => current(pod) === currentRevision).length,
      updatedReplicas: updated,
      currentRevision,
      updateRevision: revision,
      collisionCount: 0,
    },
  }));
  keepRevision(set, revision, api);
}

/** ControllerRevisions are what a real cluster shows below a StatefulSet. */
function keepRevision(set: JsonObject, name: string, api: SandboxApi): void {
  const kind = api.builtIn('controllerrevisions', 'apps');
  const known = api.list(kind, namespaceOf(set)).filter(it => isOwnedBy(it, set));
  if (known.some(it => nameOf(it) === name)) return;
  api.create(
    kind,
    namespaceOf(set),
    {
      metadata: {
        name,
        labels: at(set, 'spec', 'template', 'metadata', 'labels'),
        ownerReferences: [ownerReference(set)],
      },
      data: { spec: { template: at(set, 'spec', 'template') } },
      revision: known.length + 1,
    },
    { manager: 'kube-controller-manager' },
  );
}
