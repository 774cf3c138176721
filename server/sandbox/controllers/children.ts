import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import type { Kind } from '../kinds.ts';
import { at, metadataOf, nameOf, namespaceOf, objects, text, uidOf } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';

export function ownerReference(owner: JsonObject): JsonObject {
  return {
    apiVersion: text(owner.apiVersion),
    kind: text(owner.kind),
    name: nameOf(owner),
    uid: uidOf(owner),
    controller: true,
    blockOwnerDeletion: true,
  };
}

export function isOwnedBy(object: JsonObject, owner: JsonObject): boolean {
  return objects(metadataOf(object).ownerReferences).some(it => it.uid === uidOf(owner));
}

/** Live children of a kind, oldest first. */
export function childrenOf(owner: JsonObject, kind: Kind, api: SandboxApi): readonly JsonObject[] {
  return api
    .list(kind, namespaceOf(owner))
    .filter(it => isOwnedBy(it, owner) && !isBeingDeleted(it))
    .sort(
      (a, b) =>
        Number(metadataOf(a).resourceVersion) - Number(metadataOf(b).resourceVersion) ||
        (nameOf(a) < nameOf(b) ? -1 : 1),
    );
}

/** A pod of a template, named by its owner. */
export function createPod(
  owner: JsonObject,
  template: JsonObject,
  name: string,
  api: SandboxApi,
  labels: JsonObject = {},
): void {
  const metadata = at(template, 'metadata');
  const pods = api.builtIn('pods');
  api.create(
    pods,
    namespaceOf(owner),
    {
      apiVersion: 'v1',
      kind: 'Pod',
      metadata: {
        name,
        labels: { ...at(metadata, 'labels'), ...labels },
        annotations: at(metadata, 'annotations'),
        ownerReferences: [ownerReference(owner)],
      },
      spec: at(template, 'spec'),
    },
    { manager: 'kube-controller-manager' },
  );
}

export function isReady(pod: JsonObject): boolean {
  return objects(at(pod, 'status').conditions).some(it => it.type === 'Ready' && it.status === 'True');
}

/** Letters and digits as Kubernetes makes names of: no vowels, nothing that looks like another. */
const alphabet = 'bcdfghjklmnpqrstvwxz2456789';

export function shortHash(value: string, length: number): string {
  let hash = 2166136261;
  let result = '';
  for (let i = 0; result.length < length; i++) {
    for (const unit of `${value}${i}`) hash = Math.imul(hash ^ unit.charCodeAt(0), 16777619) >>> 0;
    result += alphabet[hash % alphabet.length];
  }
  return result;
}

export function randomName(length = 5): string {
  return Array.from({ length }, () => alphabet[Math.floor(Math.random() * alphabet.length)]).join('');
}

/** Conditions with one set; the transition time moves only with the status. */
export function withCondition(
  conditions: readonly JsonObject[],
  change: { readonly type: string; readonly status: string; readonly reason: string; readonly message: string },
  now: string,
): readonly JsonObject[] {
  const before = conditions.find(it => it.type === change.type);
  const moved = before?.status === change.status ? before.lastTransitionTime : now;
  const same =
    before && before.status === change.status && before.reason === change.reason && before.message === change.message;
  const next = same ? before : { ...change, lastTransitionTime: moved ?? now, lastUpdateTime: now };
  return before ? conditions.map(it => (it === before ? next : it)) : [...conditions, next];
}
