import { randomBytes } from 'node:crypto';
import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import type { Kind } from './kinds.ts';
import { fieldSelector, labelSelector, metadataOf, nameOf } from './objects.ts';
import { badRequest, tooOld } from './status.ts';

export function selected(objects: readonly JsonObject[], query: URLSearchParams): readonly JsonObject[] {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(query.get('fieldSelector') ?? '');
  return objects.filter(it => labels(it) && fields(it));
}

/** Rests of lists that were begun, by token: later pages show the moment of the first. */
const begun = new Map<string, { readonly rest: readonly JsonObject[]; readonly version: number }>();
const mostBegun = 200;

/** A page; `continue` stands for what is left of the same moment. */
export function listAnswer(
  found: () => readonly JsonObject[],
  kind: Kind,
  query: URLSearchParams,
  api: SandboxApi,
  shape: (object: JsonObject) => JsonObject,
  partial: boolean,
): JsonObject {
  const limit = Number(query.get('limit') ?? 0);
  const exact = query.get('resourceVersionMatch') === 'Exact' ? query.get('resourceVersion') : null;
  // Former states are not kept; a real server forgets them after minutes.
  if (exact !== null && Number(exact) < api.store.version) throw tooOld(exact, api.store.version);
  const { rest, version } = begunWith(query.get('continue')) ?? { rest: found(), version: api.store.version };
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const left = rest.slice(page.length);
  // With a selector a real server does not count what it would have to look at.
  const selects = Boolean(query.get('labelSelector') || query.get('fieldSelector'));
  const more =
    left.length === 0
      ? {}
      : { continue: tokenFor(left, version), ...(selects ? {} : { remainingItemCount: left.length }) };
  const bare = (object: JsonObject): JsonObject => {
    const { apiVersion: _, kind: __, ...rest } = object;
    return rest;
  };
  return {
    kind: partial ? 'PartialObjectMetadataList' : `${kind.kind}List`,
    apiVersion: partial ? 'meta.k8s.io/v1' : kind.apiVersion,
    metadata: { resourceVersion: String(version), ...more },
    items: page.map(it => (partial || kind.custom ? shape(it) : bare(shape(it)))),
  };
}

function tokenFor(rest: readonly JsonObject[], version: number): string {
  const token = randomBytes(12).toString('base64url');
  begun.set(token, { rest, version });
  const oldest = begun.keys().next().value;
  if (begun.size > mostBegun && oldest !== undefined) begun.delete(oldest);
  return token;
}

function begunWith(
  token: string | null,
): { readonly rest: readonly JsonObject[]; readonly version: number } | undefined {
  if (token === null || token === '') return undefined;
  const known = begun.get(token);
  if (known) return known;
  throw badRequest('continue key is not valid: it was not given by this server, or too long ago');
}

/** `12s`, `5m`, `3h`, `2d`. */
function ageOf(object: JsonObject, now: number): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(String(metadataOf(object).creationTimestamp))) / 1000));
  if (Number.isNaN(seconds)) return '';
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

/** What kubectl prints: names and ages, and no more. */
export function tableOf(objects: readonly JsonObject[], api: SandboxApi): JsonObject {
  const columns = ['Name', 'Age'].map((name, at) => ({
    name,
    type: 'string',
    format: at === 0 ? 'name' : '',
    description: '',
    priority: 0,
  }));
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata: { resourceVersion: String(api.store.version) },
    columnDefinitions: columns,
    rows: objects.map(it => ({
      cells: [nameOf(it), ageOf(it, api.clock.now())],
      object: { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: metadataOf(it) },
    })),
  };
}
