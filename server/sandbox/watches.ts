import type { ServerResponse } from 'node:http';
import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import { type Kind, kindId } from './kinds.ts';
import { selected } from './lists.ts';
import { metadataOf, namespaceOf } from './objects.ts';
import type { Refusal } from './status.ts';
import type { StoreEvent } from './store.ts';

export interface WatchRequest {
  readonly api: SandboxApi;
  readonly kind: Kind;
  readonly namespace: string | undefined;
  readonly query: URLSearchParams;
  readonly shape: (object: JsonObject) => JsonObject;
}

/** Often enough that a client which comes back has little to catch up. */
const bookmarkMs = 15_000;

/** Streams changes, a JSON object a line. What a selector hides from now on is DELETED to whoever saw it. */
export function watch(response: ServerResponse, { api, kind, namespace, query, shape }: WatchRequest): void {
  const asked = query.get('resourceVersion') ?? '';
  const backlog = asked === '' || asked === '0' ? undefined : api.store.since(Number(asked), kind);
  response.writeHead(200, { 'content-type': 'application/json' });
  // The first byte says that the watch stands.
  response.flushHeaders();
  const matches = (object: JsonObject): boolean =>
    (namespace === undefined || namespaceOf(object) === namespace) && selected([object], query).length === 1;
  const inKind = (object: JsonObject): JsonObject => shape({ ...object, apiVersion: kind.apiVersion });
  const send = (type: string, object: JsonObject): void => void response.write(`${JSON.stringify({ type, object })}\n`);
  const tell = ({ type, object, former }: StoreEvent): void => {
    const [now, before] = [type !== 'DELETED' && matches(object), former !== undefined && matches(former)];
    if (now && before) send('MODIFIED', inKind(object));
    else if (now) send('ADDED', inKind(object));
    else if (before) send('DELETED', inKind(object));
  };
  if (backlog) for (const it of backlog) tell(it);
  else for (const it of api.list(kind, namespace).filter(matches)) send('ADDED', inKind(it));
  const bookmark = (more: JsonObject = {}): void =>
    send('BOOKMARK', {
      kind: kind.kind,
      apiVersion: kind.apiVersion,
      metadata: { resourceVersion: String(api.store.version), creationTimestamp: null, ...more },
    });
  if (query.get('sendInitialEvents') === 'true') bookmark({ annotations: { 'k8s.io/initial-events-end': 'true' } });
  const bookmarks = query.get('allowWatchBookmarks') === 'true' ? setInterval(bookmark, bookmarkMs) : undefined;
  const seconds = Number(query.get('timeoutSeconds') ?? 0);
  const end = seconds > 0 ? setTimeout(() => stop(), seconds * 1000) : undefined;
  let version = api.store.version;
  const unsubscribe = api.store.subscribe(event => {
    version = event.version;
    if (event.kind === kindId(kind)) tell(event);
  });
  const stop = (): void => {
    unsubscribe();
    clearInterval(bookmarks);
    clearTimeout(end);
    // A last bookmark, so that whoever comes back knows where it was.
    if (bookmarks && !response.destroyed && version > 0) bookmark();
    response.end();
  };
  response.on('close', stop);
}

/** Ends a watch that cannot be taken up. */
export function expired(response: ServerResponse, refusal: Refusal): void {
  response.end(`${JSON.stringify({ type: 'ERROR', object: refusal.status })}\n`);
}

export const versionOf = (object: JsonObject): string => String(metadataOf(object).resourceVersion ?? '');
