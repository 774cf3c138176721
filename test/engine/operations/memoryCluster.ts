import { keyOf, keyText, metadataOf, withMetadata } from '../../../server/core/sync/resource.ts';
import { isObject, type Json, type JsonObject } from '../../../server/core/text/json.ts';
import {
  type Cluster,
  ClusterFailure,
  type DiscoveredKind,
  type Discovery,
  type ObjectRef,
  type WatchEvent,
  type Write,
} from '../../../server/engine/cluster.ts';

const kinds: readonly DiscoveredKind[] = [
  ['v1', 'Namespace', 'namespaces', false],
  ['v1', 'ConfigMap', 'configmaps', true],
  ['v1', 'Secret', 'secrets', true],
  ['v1', 'Pod', 'pods', true],
  ['apps/v1', 'Deployment', 'deployments', true],
  ['batch/v1', 'Job', 'jobs', true],
].map(([apiVersion, kind, resource, namespaced]) => ({
  apiVersion: String(apiVersion),
  kind: String(kind),
  resource: String(resource),
  namespaced: namespaced === true,
  verbs: ['get', 'list', 'watch', 'create', 'update', 'patch', 'delete'],
  preferred: true,
}));

/** What a request may come to, besides being done. */
export type Accident = 'lostRequest' | 'lostAnswer';

/**
 * An API server in memory, as far as the executor needs one: versions, uids, finalizers, owners of fields by name, and Jobs that end when
 * somebody looks. Accidents happen to requests by their number, so that a table can try each.
 */
export class MemoryCluster {
  readonly objects = new Map<string, JsonObject>();
  /** Every object that was ever made: `Job/migrate u7`. */
  readonly made: string[] = [];
  /** Requests that changed something, in order: `apply Job/migrate`. */
  readonly log: string[] = [];
  accident: (request: number, what: string) => Accident | undefined = () => undefined;
  /** Called before a write is carried out; may refuse it. */
  admit: (write: Write) => void = () => undefined;
  /** Fields that another manager holds: writing them without force is refused. */
  readonly foreign = new Map<string, string>();
  #version = 100;
  #uid = 0;
  #requests = 0;
  readonly #watchers = new Set<{ readonly kind: string; readonly tell: (event: WatchEvent) => void }>();

  /** As one session sees it; `dead` sessions have no cluster any more. */
  connect(name = 'memory'): Cluster & { dead: boolean } {
    const self = this;
    const connection: Cluster & { dead: boolean } = {
      dead: false,
      name,
      server: 'https://memory',
      discover: async () => discovery,
      get: ref => answered('get', () => self.#get(ref)),
      list: (kind, options = {}) =>
        answered('list', () => ({
          items: [...self.objects.values()].filter(
            it =>
              it.kind === kind.kind &&
              (options.namespace === undefined || metadataOf(it).namespace === options.namespace),
          ),
          resourceVersion: String(self.#version),
        })),
      watch: (kind, _, listener) => {
        const watcher = { kind: kind.kind, tell: listener };
        self.#watchers.add(watcher);
        queueMicrotask(() =>
          listener({ kind: 'listed', objects: [...self.objects.values()].filter(it => it.kind === kind.kind) }),
        );
        return { stop: () => void self.#watchers.delete(watcher) };
      },
      write: (write, options = {}) =>
        answered(`${write.verb} ${nameIn(write)}`, () => self.#write(write, options.dryRun ?? false)),
      delete: (ref, options = {}) => answered(`delete ${ref.kind}/${ref.name}`, () => self.#delete(ref, options.uid)),
      allowed: async asked => asked.map(() => ({ allowed: true })),
      logs: async () => 'line one\nthe password is hunter2-secret\n',
      dispose: async () => undefined,
    };
    async function answered<T>(what: string, run: () => T): Promise<T> {
      await Promise.resolve();
      if (connection.dead) throw new ClusterFailure('unreachable', what, 'no connection to the API server');
      self.#requests += 1;
      const accident = self.accident(self.#requests, what);
      if (accident === 'lostRequest') throw new ClusterFailure('unreachable', what, 'no connection to the API server');
      const answer = run();
      if (accident === 'lostAnswer') throw new ClusterFailure('timeout', what, 'no answer in time');
      return answer;
    }
    return connection;
  }

  get requests(): number {
    return this.#requests;
  }

  put(object: JsonObject): JsonObject {
    const key = keyText(keyOf(object));
    const former = this.objects.get(key);
    this.#version += 1;
    if (!former) this.#uid += 1;
    const uid = former ? metadataOf(former).uid : `u${this.#uid}`;
    const stored = withMetadata(object, { uid: uid ?? '', resourceVersion: String(this.#version) });
    this.objects.set(key, stored);
    if (!former) this.made.push(`${String(object.kind)}/${String(metadataOf(object).name)}`);
    this.#tell(former ? 'modified' : 'added', stored);
    return stored;
  }

  remove(object: JsonObject): void {
    this.objects.delete(keyText(keyOf(object)));
    this.#tell('deleted', object);
  }

  /** Every Job that has not ended ends now. */
  endJobs(how: 'Complete' | 'Failed' = 'Complete'): void {
    for (const it of [...this.objects.values()])
      if (it.kind === 'Job' && it.status === undefined)
        this.put({ ...it, status: { conditions: [{ type: how, status: 'True', message: how }] } });
  }

  #get(ref: ObjectRef): JsonObject | undefined {
    return this.objects.get(keyText(keyOf(refObject(ref))));
  }

  #write(write: Write, dryRun: boolean) {
    this.admit(write);
    const target = write.verb === 'patch' ? refObject(write.ref) : write.object;
    const key = keyText(keyOf(target));
    const former = this.objects.get(key);
    const { namespace } = metadataOf(target);
    if (typeof namespace === 'string' && namespace !== '' && !this.objects.has(`/Namespace//${namespace}`))
      throw new ClusterFailure('notFound', key, `namespaces "${namespace}" not found`);
    if (write.verb === 'create' && former) throw new ClusterFailure('alreadyExists', key, `${key} already exists`);
    if ((write.verb === 'update' || write.verb === 'patch') && !former)
      throw new ClusterFailure('notFound', key, `${key} not found`);
    const wanted = write.verb === 'patch' ? (isObject(write.patch) ? write.patch : {}) : write.object;
    const version = metadataOf(wanted).resourceVersion;
    if (former && version !== undefined && version !== metadataOf(former).resourceVersion)
      throw new ClusterFailure('conflict', key, 'the object has been modified');
    const manager = this.foreign.get(key);
    if (write.verb === 'apply' && manager !== undefined && !write.force)
      throw new ClusterFailure('conflict', key, `Apply failed with 1 conflict: conflict with "${manager}": .data.a`, {
        causes: [{ reason: 'FieldManagerConflict', field: '.data.a', message: `conflict with "${manager}" using v1` }],
      });
    const next = write.verb === 'create' || write.verb === 'update' ? wanted : merged(former ?? target, wanted);
    const same = former && JSON.stringify(bare(next)) === JSON.stringify(bare(former));
    if (same) return { object: former, warnings: [], created: false };
    if (dryRun) return { object: withMetadata(next, { uid: 'dry' }), warnings: [], created: !former };
    this.log.push(`${write.verb} ${String(target.kind)}/${String(metadataOf(target).name)}`);
    const stored = this.put(next);
    if (metadataOf(stored).deletionTimestamp && isEmpty(metadataOf(stored).finalizers)) this.remove(stored);
    return { object: stored, warnings: [], created: !former };
  }

  #delete(ref: ObjectRef, uid: string | undefined) {
    const former = this.#get(ref);
    if (!former) return { gone: true, warnings: [] };
    if (uid !== undefined && metadataOf(former).uid !== uid)
      throw new ClusterFailure('conflict', ref.name, 'the UID in the precondition does not match');
    this.log.push(`delete ${ref.kind}/${ref.name}`);
    if (isEmpty(metadataOf(former).finalizers)) this.remove(former);
    else this.put(withMetadata(former, { deletionTimestamp: '2026-01-01T00:00:00Z' }));
    return { gone: false, warnings: [] };
  }

  #tell(kind: 'added' | 'modified' | 'deleted', object: JsonObject): void {
    for (const it of this.#watchers) if (it.kind === object.kind) it.tell({ kind, object });
  }
}

const discovery: Discovery = { gitVersion: 'v1.36.0', kinds, apiVersions: [], failedGroups: [] };

const isEmpty = (finalizers: Json | undefined): boolean => !Array.isArray(finalizers) || finalizers.length === 0;

function refObject({ apiVersion, kind, namespace, name }: ObjectRef): JsonObject {
  return { apiVersion, kind, metadata: { name, ...(namespace === '' ? {} : { namespace }) } };
}

function nameIn(write: Write): string {
  const object = write.verb === 'patch' ? refObject(write.ref) : write.object;
  return `${String(object.kind)}/${String(metadataOf(object).name)}`;
}

function bare(object: JsonObject): JsonObject {
  const { resourceVersion: _, uid: __, ...metadata } = metadataOf(object);
  return { ...object, metadata };
}

function merged(former: JsonObject, patch: JsonObject): JsonObject {
  const next: { [key: string]: Json } = { ...former };
  for (const [key, value] of Object.entries(patch)) {
    const before = next[key];
    if (value === null) delete next[key];
    else next[key] = isObject(value) && isObject(before) ? merged(before, value) : value;
  }
  return next;
}
