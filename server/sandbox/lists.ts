import type { JsonObject } from '../core/text/json.ts';
import type { SandboxApi } from './api.ts';
import type { Kind } from './kinds.ts';
import { fieldSelector, labelSelector, metadataOf, nameOf, namespaceOf } from './objects.ts';
import { tooOld } from './status.ts';

export function selected(objects: readonly JsonObject[], query: URLSearchParams): readonly JsonObject[] {
  const labels = labelSelector(query.get('labelSelector') ?? '');
  const fields = fieldSelector(query.get('fieldSelector') ?? '');
  return objects.filter(it => labels(it) && fields(it));
}

/** A page; `continue` is the place after it and the version that the whole list is of. */
export function listAnswer(
  found: readonly JsonObject[],
  kind: Kind,
  query: URLSearchParams,
  api: SandboxApi,
  shape: (object: JsonObject) => JsonObject,
  partial: boolean,
): JsonObject {
  const limit = Number(query.get('limit') ?? 0);
  const [after, version] = placeIn(query.get('continue'), api);
  const rest = after === undefined ? found : found.filter(it => placeOf(it) > after);
  const page = limit > 0 ? rest.slice(0, limit) : rest;
  const last = page.at(-1);
  const more =
    page.length < rest.length && last
      ? { continue: tokenOf(placeOf(last), version), remainingItemCount: rest.length - page.length }
      : {};
  const items = page.map(it => {
    const { apiVersion: _, kind: __, ...bare } = shape(it);
    return partial ? shape(it) : bare;
  });
  return {
    kind: partial ? 'PartialObjectMetadataList' : `${kind.kind}List`,
    apiVersion: partial ? 'meta.k8s.io/v1' : kind.apiVersion,
    metadata: { resourceVersion: String(version), ...more },
    items: kind.custom ? page.map(shape) : items,
  };
}

const placeOf = (object: JsonObject): string => `${namespaceOf(object)}/${nameOf(object)}`;
const tokenOf = (place: string, version: number): string =>
  Buffer.from(JSON.stringify({ place, version })).toString('base64url');

function placeIn(token: string | null, api: SandboxApi): readonly [string | undefined, number] {
  if (token === null || token === '') return [undefined, api.store.version];
  try {
    const { place, version } = JSON.parse(Buffer.from(token, 'base64url').toString('utf8')) as {
      readonly place: string;
      readonly version: number;
    };
    return [place, version];
  } catch {
    throw tooOld(token, api.store.version);
  }
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
