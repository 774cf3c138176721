import type { JsonObject } from '../../core/text/json.ts';
import type { SandboxApi } from '../api.ts';
import type { Kind } from '../kinds.ts';
import { list, metadataOf, nameOf, namespaceOf, objects, uidOf, withMetadata } from '../objects.ts';
import { isBeingDeleted } from '../validate.ts';

interface Placed {
  readonly kind: Kind;
  readonly object: JsonObject;
}

/**
 * Garbage collection by owner references, after every deletion and where something new names an owner: children of what is gone go; a foreground deletion waits for them; an orphaning
 * one lets them go their own way.
 */
export function collectGarbage(api: SandboxApi): void {
  const all = everything(api);
  const uids = new Set(all.map(it => uidOf(it.object)));
  for (const { kind, object } of all) {
    const owners = objects(metadataOf(object).ownerReferences);
    if (owners.length > 0 && !isBeingDeleted(object) && owners.every(it => !uids.has(String(it.uid))))
      api.delete(kind, namespaceOf(object), nameOf(object), { propagation: 'Background' });
    if (isBeingDeleted(object)) finish({ kind, object }, all, api);
  }
}

function everything(api: SandboxApi): readonly Placed[] {
  const seen = new Set<string>();
  return api.kinds().flatMap(kind => {
    // Versions of one custom kind show the same objects.
    const id = `${kind.plural}.${kind.group}`;
    if (seen.has(id)) return [];
    seen.add(id);
    return api.list(kind).map(object => ({ kind, object }));
  });
}

function finish({ kind, object }: Placed, all: readonly Placed[], api: SandboxApi): void {
  const finalizers = list(metadataOf(object).finalizers);
  const children = all.filter(it =>
    objects(metadataOf(it.object).ownerReferences).some(one => one.uid === uidOf(object)),
  );
  if (finalizers.includes('orphan')) {
    for (const it of children)
      api.change(it.kind, it.object, child => {
        const left = objects(metadataOf(child).ownerReferences).filter(one => one.uid !== uidOf(object));
        return withMetadata(child, { ownerReferences: left.length > 0 ? left : undefined });
      });
    release({ kind, object }, 'orphan', api);
  }
  if (finalizers.includes('foregroundDeletion')) {
    const living = children.filter(it => api.store.get(it.kind, namespaceOf(it.object), nameOf(it.object)));
    for (const it of living)
      if (!isBeingDeleted(it.object))
        api.delete(it.kind, namespaceOf(it.object), nameOf(it.object), {
          // What owns nothing itself has nothing to wait for.
          propagation: ownsAny(it.object, all) ? 'Foreground' : 'Background',
        });
    const left = children.some(it => api.store.get(it.kind, namespaceOf(it.object), nameOf(it.object)));
    if (!left) release({ kind, object }, 'foregroundDeletion', api);
  }
}

const ownsAny = (object: JsonObject, all: readonly Placed[]): boolean =>
  all.some(it => objects(metadataOf(it.object).ownerReferences).some(one => one.uid === uidOf(object)));

function release({ kind, object }: Placed, finalizer: string, api: SandboxApi): void {
  api.change(kind, object, it => {
    const left = list(metadataOf(it).finalizers).filter(one => one !== finalizer);
    return withMetadata(it, { finalizers: left.length > 0 ? left : undefined });
  });
  const now = api.store.get(kind, namespaceOf(object), nameOf(object));
  if (now && kind.kind === 'Pod' && list(metadataOf(now).finalizers).length === 0)
    api.store.delete(kind, namespaceOf(now), nameOf(now));
}
