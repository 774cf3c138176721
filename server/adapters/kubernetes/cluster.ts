import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import {
  type AccessAnswer,
  type AccessAsked,
  type Cluster,
  ClusterFailure,
  type DeleteOptions,
  type DiscoveredKind,
  type Discovery,
  type KindRef,
  type ListOptions,
  type Log,
  type LogOptions,
  type ObjectList,
  type ObjectRef,
  type ReadOptions,
  type Watch,
  type WatchEvent,
  type Write,
  type WriteOptions,
  type Written,
} from '../../engine/ports.ts';
import { AccessReviews } from './access.ts';
import { objectIn } from './answers.ts';
import type { Connection, Question } from './connection.ts';
import { discover } from './discovery.ts';
import { listAll, metadataOnly, selectors } from './lists.ts';
import { reflect } from './reflector.ts';
import { forCaller } from './shared.ts';

/** The API server ends watches by itself; a fixed span makes that everyday. */
const watchSeconds = 290;
/** A log is read by people, at its end. */
const logBytes = 4_000_000;

const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
} as const;

/** The port, over HTTP: a real API server or the sandbox. */
export class KubernetesCluster implements Cluster {
  readonly name: string;
  readonly server: string;
  readonly #connection: Connection;
  readonly #log: Log;
  readonly #reviews: AccessReviews;
  readonly #watches = new Set<Watch>();
  #discovery: Promise<Discovery> | undefined;
  #discovering = false;

  constructor(connection: Connection, log: Log) {
    this.#connection = connection;
    this.#log = log;
    this.#reviews = new AccessReviews(connection);
    this.name = connection.context;
    this.server = connection.server;
  }

  discover(options: { readonly fresh?: boolean; readonly signal?: AbortSignal } = {}): Promise<Discovery> {
    const known = options.fresh && !this.#discovering ? undefined : this.#discovery;
    return forCaller(known ?? this.#discover(), options.signal);
  }

  async get(ref: ObjectRef, options: ReadOptions = {}): Promise<JsonObject | undefined> {
    try {
      return await this.#object({ method: 'GET', path: await this.#path(ref), signal: options.signal });
    } catch (cause) {
      if (cause instanceof ClusterFailure && cause.reason === 'notFound') return undefined;
      throw cause;
    }
  }

  async list(kind: KindRef, options: ListOptions = {}): Promise<ObjectList> {
    return listAll(this.#connection, { kind, path: await this.#collection(kind, options.namespace) }, options);
  }

  watch(kind: KindRef, options: ListOptions, listener: (event: WatchEvent) => void): Watch {
    const about = `${this.name}: ${kind.apiVersion} ${kind.kind}`;
    const { keep = it => it } = options;
    const named = (object: JsonObject): JsonObject => keep(options.metadataOnly ? { ...object, ...kind } : object);
    const guarded = (event: WatchEvent): void => {
      try {
        listener('object' in event ? { ...event, object: named(event.object) } : event);
      } catch (cause) {
        // A listener's fault is no fault of the connection, which would be opened again and again.
        this.#log.error(`What was told about ${about} could not be taken in.`, cause);
      }
    };
    const watch = reflect(
      {
        about,
        list: signal => this.list(kind, { ...options, signal }),
        watch: async (resourceVersion, signal) =>
          this.#connection.stream({
            method: 'GET',
            path: await this.#collection(kind, options.namespace),
            query: {
              ...selectors(options),
              watch: 'true',
              resourceVersion,
              allowWatchBookmarks: 'true',
              timeoutSeconds: String(watchSeconds),
            },
            ...(options.metadataOnly && { accept: metadataOnly }),
            signal,
          }),
      },
      guarded,
      this.#connection.clock,
    );
    const own: Watch = {
      stop: () => {
        watch.stop();
        this.#watches.delete(own);
      },
    };
    this.#watches.add(own);
    options.signal?.addEventListener('abort', () => own.stop(), { once: true });
    return own;
  }

  async write(write: Write, options: WriteOptions = {}): Promise<Written> {
    const question = await this.#writing(write);
    const query = {
      dryRun: options.dryRun ? 'All' : undefined,
      fieldManager: options.fieldManager,
      fieldValidation: options.fieldValidation,
      ...question.query,
    };
    const { text, status, warnings } = await this.#ask({ ...question, query, signal: options.signal });
    return { object: objectIn(text, this.name), warnings, created: status === 201 };
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}) {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(options.propagation && { propagationPolicy: options.propagation }),
      ...(options.gracePeriodSeconds !== undefined && { gracePeriodSeconds: options.gracePeriodSeconds }),
      ...(options.uid && { preconditions: { uid: options.uid } }),
      ...(options.dryRun && { dryRun: ['All'] }),
    };
    try {
      const path = await this.#path(ref);
      const { warnings } = await this.#ask({ method: 'DELETE', path, body, signal: options.signal });
      return { gone: false, warnings };
    } catch (cause) {
      if (!(cause instanceof ClusterFailure)) throw cause;
      const gone = cause.reason === 'notFound' || (cause.reason === 'conflict' && (await this.#isOther(ref, options)));
      if (gone) return { gone: true, warnings: [] };
      throw cause;
    }
  }

  /** Another object lives under the name, or none: the one that was meant is gone. */
  async #isOther(ref: ObjectRef, { uid, signal }: DeleteOptions): Promise<boolean> {
    if (uid === undefined) return false;
    const found = await this.get(ref, signal ? { signal } : {});
    return !(isObject(found?.metadata) && found.metadata.uid === uid);
  }

  allowed(asked: readonly AccessAsked[], options: ReadOptions = {}): Promise<readonly AccessAnswer[]> {
    return forCaller(Promise.all(asked.map(it => this.#reviews.allowed(it))), options.signal);
  }

  async logs(pod: { readonly namespace: string; readonly name: string }, options: LogOptions = {}): Promise<string> {
    const { text } = await this.#connection.ask({
      method: 'GET',
      path: `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`,
      query: {
        container: options.container,
        previous: options.previous ? 'true' : undefined,
        tailLines: options.tailLines === undefined ? undefined : String(options.tailLines),
        limitBytes: String(logBytes),
      },
      accept: '*/*',
      signal: options.signal,
    });
    return text;
  }

  async dispose(): Promise<void> {
    for (const watch of [...this.#watches]) watch.stop();
    await this.#connection.close();
  }

  /** One discovery at a time, belonging to nobody who asked: the others would be cut off with the first who gives up. */
  #discover(): Promise<Discovery> {
    const former = this.#discovery;
    const asked = discover(this.#connection);
    this.#discovery = asked;
    this.#discovering = true;
    asked.then(
      () => {
        this.#discovering = false;
      },
      () => {
        this.#discovering = false;
        // What was known is still the best that is known.
        if (this.#discovery === asked) this.#discovery = former;
      },
    );
    return asked;
  }

  async #writing(write: Write): Promise<Question> {
    if (write.verb === 'patch') {
      const path = await this.#path(write.ref, write.subresource);
      return { method: 'PATCH', path, body: write.patch, contentType: patchTypes[write.type] };
    }
    const ref = refOf(write.object);
    switch (write.verb) {
      case 'create':
        return { method: 'POST', path: await this.#collection(ref, ref.namespace), body: write.object };
      case 'update':
        return { method: 'PUT', path: await this.#path(ref, write.subresource), body: write.object };
      case 'apply':
        return {
          method: 'PATCH',
          path: await this.#path(ref),
          query: { force: write.force ? 'true' : undefined },
          contentType: 'application/apply-patch+yaml',
          body: withoutManagedFields(write.object),
        };
    }
  }

  async #object(question: Question): Promise<JsonObject> {
    return objectIn((await this.#ask(question)).text, `${this.name}: ${question.method} ${question.path}`);
  }

  /** A kind that is not served any more was in a discovery that is too old. */
  async #ask(question: Question) {
    try {
      return await this.#connection.ask(question);
    } catch (cause) {
      if (cause instanceof ClusterFailure && cause.reason === 'unknownKind' && !this.#discovering)
        this.#discovery = undefined;
      throw cause;
    }
  }

  async #path(ref: ObjectRef, subresource?: string): Promise<string> {
    const collection = await this.#collection(ref, ref.namespace);
    // Without a name the whole collection would be meant, and deleted.
    if (ref.name === '') throw new ClusterFailure('invalid', `${this.name}: ${ref.kind}`, `${ref.kind} without a name`);
    return `${collection}/${encodeURIComponent(ref.name)}${subresource === undefined ? '' : `/${subresource}`}`;
  }

  /** `undefined`: of every namespace. */
  async #collection(kind: KindRef, namespace: string | undefined): Promise<string> {
    const found = await this.#served(kind);
    if (found.namespaced && namespace === '') {
      const message = `${kind.kind} lives in namespaces, and none is named`;
      throw new ClusterFailure('invalid', `${this.name}: ${kind.apiVersion} ${kind.kind}`, message);
    }
    const root = kind.apiVersion.includes('/') ? `/apis/${kind.apiVersion}` : `/api/${kind.apiVersion}`;
    const scope = found.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    return `${root}${scope}/${found.resource}`;
  }

  /** A kind that is not known may have been defined a moment ago: discovery is asked once more before it is refused. */
  async #served(kind: KindRef): Promise<DiscoveredKind> {
    const find = ({ kinds }: Discovery) => kinds.find(it => it.apiVersion === kind.apiVersion && it.kind === kind.kind);
    const found = find(await this.discover()) ?? find(await this.discover({ fresh: true }));
    if (found) return found;
    const message = `the server does not serve ${kind.kind} in ${kind.apiVersion}`;
    throw new ClusterFailure('unknownKind', `${this.name}: ${kind.apiVersion} ${kind.kind}`, message);
  }
}

function refOf(object: JsonObject): ObjectRef {
  const metadata = isObject(object.metadata) ? object.metadata : {};
  const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
  return {
    apiVersion: text(object.apiVersion),
    kind: text(object.kind),
    namespace: text(metadata.namespace),
    name: text(metadata.name),
  };
}

/** The API server refuses an apply that carries them. */
function withoutManagedFields(object: JsonObject): JsonObject {
  if (!isObject(object.metadata) || object.metadata.managedFields === undefined) return object;
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}
