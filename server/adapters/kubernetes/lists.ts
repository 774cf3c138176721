import { isObject, type JsonObject } from '../../core/text/json.ts';
import { ClusterFailure, type KindRef, type ListOptions, type ObjectList } from '../../engine/ports.ts';
import { objectIn } from './answers.ts';
import type { Connection } from './connection.ts';

/** As client-go's: large enough to be quick, small enough not to be a burden. */
const pageSize = 500;

export const metadataOnly =
  'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1';

export function selectors({ labelSelector, fieldSelector }: ListOptions) {
  return { labelSelector, fieldSelector };
}

interface Collection {
  readonly kind: KindRef;
  readonly path: string;
}

/** Every page. Where a later page is asked for too late (410), everything is asked for at once (client-go:tools/pager/pager.go). */
export async function listAll(connection: Connection, of: Collection, options: ListOptions): Promise<ObjectList> {
  try {
    return await list(connection, of, options, pageSize);
  } catch (cause) {
    if (!(cause instanceof ClusterFailure) || cause.reason !== 'expired') throw cause;
    return list(connection, of, options, undefined);
  }
}

async function list(
  connection: Connection,
  { kind, path }: Collection,
  options: ListOptions,
  limit: number | undefined,
): Promise<ObjectList> {
  const { keep = it => it } = options;
  const items: JsonObject[] = [];
  let resourceVersion = '';
  let next: string | undefined;
  do {
    const { text } = await connection.ask({
      method: 'GET',
      path,
      query: { ...selectors(options), limit: limit === undefined ? undefined : String(limit), continue: next },
      ...(options.metadataOnly && { accept: metadataOnly }),
      signal: options.signal,
    });
    const page = objectIn(text, `${connection.context}: GET ${path}`);
    const metadata = isObject(page.metadata) ? page.metadata : {};
    // Items of a list leave out what the list says for all of them.
    for (const it of Array.isArray(page.items) ? page.items : [])
      if (isObject(it)) items.push(keep({ ...it, apiVersion: kind.apiVersion, kind: kind.kind }));
    resourceVersion = typeof metadata.resourceVersion === 'string' ? metadata.resourceVersion : '';
    next = typeof metadata.continue === 'string' && metadata.continue !== '' ? metadata.continue : undefined;
  } while (next !== undefined);
  return { items, resourceVersion };
}
