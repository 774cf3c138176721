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
import type { Connection, Question } from './connection.ts';
import { discover } from './discovery.ts';
import { reflect } from './reflector.ts';

const pageSize = 500;
/** The API server ends watches by itself; a fixed span makes that everyday. */
const watchSeconds = 290;
const reviewsLastMs = 60_000;

const metadataList =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

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
  readonly #watches = new Set<Watch>();
  readonly #reviews = new Map<string, { readonly at: number; readonly answer: Promise<AccessAnswer> }>();
  #discovery: Promise<Discovery> | undefined;

  constructor(connection: Connection) {
    this.#connection = connection;
    this.name = connection.context;
    this.server = connection.server;
  }

  discover(options: { readonly fresh?: boolean; readonly signal?: AbortSignal } = {}): Promise<Discovery> {
    if (options.fresh || !this.#discovery) {
      const asked = discover(this.#connection, options.signal);
      this.#discovery = asked;
      asked.catch(() => {
        if (this.#discovery === asked) this.#discovery = undefined;
      });
    }
    return this.#discovery;
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
    const path = await this.#collection(kind, options.namespace);
    return this.#list(kind, path, options);
  }

  watch(kind: KindRef, options: ListOptions, listener: (event: WatchEvent) => void): Watch {
    const path = this.#collection(kind, options.namespace);
    // The reflector asks for the path itself, and tells when there is none.
    path.catch(() => undefined);
    const named = (object: JsonObject): JsonObject => (options.metadataOnly ? { ...object, ...kind } : object);
    const watch = reflect(
      {
        about: `${this.name}: ${kind.apiVersion} ${kind.kind}`,
        list: async signal => this.#list(kind, await path, { ...options, signal }),
        watch: async (resourceVersion, signal) =>
          this.#connection.stream({
            method: 'GET',
            path: await path,
            query: {
              ...selectors(options),
              watch: 'true',
              resourceVersion,
              allowWatchBookmarks: 'true',
              timeoutSeconds: String(watchSeconds),
            },
            ...(options.metadataOnly && { accept: metadataList }),
            signal,
          }),
      },
      event => listener('object' in event ? { ...event, object: named(event.object) } : event),
    );
    this.#watches.add(watch);
    return {
      stop: () => {
        watch.stop();
        this.#watches.delete(watch);
      },
    };
  }

  async write(write: Write, options: WriteOptions = {}): Promise<Written> {
    const { signal } = options;
    const query = {
      dryRun: options.dryRun ? 'All' : undefined,
      fieldManager: options.fieldManager,
      fieldValidation: options.fieldValidation,
    };
    const question = await this.#writing(write);
    const { text, status, warnings } = await this.#connection.ask({
      ...question,
      query: { ...query, ...question.query },
      signal,
    });
    return { object: objectIn(text), warnings, created: status === 201 };
  }

  async delete(ref: ObjectRef, options: DeleteOptions = {}) {
    const body = {
      kind: 'DeleteOptions',
      apiVersion: 'v1',
      ...(options.propagation && { propagationPolicy: options.propagation }),
      ...(options.gracePeriodSeconds === undefined ? {} : { gracePeriodSeconds: options.gracePeriodSeconds }),
      ...(options.uid && { preconditions: { uid: options.uid } }),
      ...(options.dryRun && { dryRun: ['All'] }),
    };
    try {
      const { warnings } = await this.#connection.ask({
        method: 'DELETE',
        path: await this.#path(ref),
        body,
        signal: options.signal,
      });
      return { gone: false, warnings };
    } catch (cause) {
      if (cause instanceof ClusterFailure && cause.reason === 'notFound') return { gone: true, warnings: [] };
      throw cause;
    }
  }

  allowed(asked: readonly AccessAsked[], options: ReadOptions = {}): Promise<readonly AccessAnswer[]> {
    return Promise.all(asked.map(it => this.#allowed(it, options)));
  }

  async logs(pod: { readonly namespace: string; readonly name: string }, options: LogOptions = {}): Promise<string> {
    const { text } = await this.#connection.ask({
      method: 'GET',
      path: `/api/v1/namespaces/${encodeURIComponent(pod.namespace)}/pods/${encodeURIComponent(pod.name)}/log`,
      query: {
        container: options.container,
        previous: options.previous ? 'true' : undefined,
        tailLines: options.tailLines === undefined ? undefined : String(options.tailLines),
      },
      accept: '*/*',
      signal: options.signal,
    });
    return text;
  }

  async dispose(): Promise<void> {
    for (const watch of this.#watches) watch.stop();
    this.#watches.clear();
    await this.#connection.close();
  }

  async #allowed(asked: AccessAsked, { signal }: ReadOptions): Promise<AccessAnswer> {
    const key = JSON.stringify(asked);
    const known = this.#reviews.get(key);
    if (known && Date.now() - known.at < reviewsLastMs) return known.answer;
    const answer = this.#review(asked, signal);
    this.#reviews.set(key, { at: Date.now(), answer });
    answer.catch(() => this.#reviews.delete(key));
    return answer;
  }

  async #review(resourceAttributes: AccessAsked, signal: AbortSignal | undefined): Promise<AccessAnswer> {
    const review = await this.#object({
      method: 'POST',
      path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
      body: {
        apiVersion: 'authorization.k8s.io/v1',
        kind: 'SelfSubjectAccessReview',
        spec: { resourceAttributes },
      },
      signal,
    });
    const status = isObject(review.status) ? review.status : {};
    return {
      allowed: status.allowed === true,
      ...(typeof status.reason === 'string' && status.reason !== '' ? { reason: status.reason } : {}),
    };
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

  async #list(kind: KindRef, path: string, options: ListOptions): Promise<ObjectList> {
    const items: JsonObject[] = [];
    let resourceVersion = '';
    let next: string | undefined;
    do {
      const page = await this.#object({
        method: 'GET',
        path,
        query: { ...selectors(options), limit: String(pageSize), continue: next },
        ...(options.metadataOnly && { accept: metadataList }),
        signal: options.signal,
      });
      const metadata = isObject(page.metadata) ? page.metadata : {};
      for (const item of Array.isArray(page.items) ? page.items : [])
        if (isObject(item)) items.push({ ...item, ...kind });
      resourceVersion = typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : '';
      next = typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined;
    } while (next !== undefined);
    return { items, resourceVersion };
  }

  async #object(question: Question): Promise<JsonObject> {
    return objectIn((await this.#connection.ask(question)).text);
  }

  async #path(ref: ObjectRef, subresource?: string): Promise<string> {
    const collection = await this.#collection(ref, ref.namespace);
    return `${collection}/${encodeURIComponent(ref.name)}${subresource === undefined ? '' : `/${subresource}`}`;
  }

  async #collection(kind: KindRef, namespace: string | undefined): Promise<string> {
    const found = await this.#served(kind);
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

function selectors({ labelSelector, fieldSelector }: ListOptions) {
  return { labelSelector, fieldSelector };
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

function objectIn(text: string): JsonObject {
  const value: Json = JSON.parse(text);
  return isObject(value) ? value : {};
}
