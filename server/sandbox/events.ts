import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import { metadataOf, nameOf, namespaceOf, text, timeText, uidOf } from './objects.ts';

export interface ToRecord {
  readonly type: 'Normal' | 'Warning';
  readonly reason: string;
  readonly message: string;
}

/** An Event about an object; the same again is counted. */
export function record(api: SandboxApi, about: JsonObject, { type, reason, message }: ToRecord): void {
  const kind = api.builtIn('events');
  const name = `${nameOf(about)}.${reason.toLowerCase()}`;
  const namespace = namespaceOf(about) || 'default';
  const now = timeText(api.clock.now());
  const known = api.store.get(kind, namespace, name);
  if (known && text(known.message) === message) return;
  const event = {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: {
      ...(known ? metadataOf(known) : { uid: `${uidOf(about)}-${reason}`, creationTimestamp: now }),
      name,
      namespace,
    },
    involvedObject: {
      apiVersion: text(about.apiVersion),
      kind: text(about.kind),
      namespace: namespaceOf(about),
      name: nameOf(about),
      uid: uidOf(about),
    },
    type,
    reason,
    message,
    count: 1,
    firstTimestamp: now,
    lastTimestamp: now,
    source: { component: 'sandbox' },
  };
  if (api.store.get(api.builtIn('namespaces'), '', namespace)) api.store.put(kind, event);
}
