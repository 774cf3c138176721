import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { ClusterFailure, type Watch, type WatchEvent } from '../../engine/ports.ts';
import { sleep } from './connection.ts';

/** The two requests that a reflector lives from. */
export interface ListWatch {
  list(signal: AbortSignal): Promise<{ readonly items: readonly JsonObject[]; readonly resourceVersion: string }>;
  watch(resourceVersion: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
  /** `apiVersion` and `kind` of the items, which lists leave out. */
  readonly about: string;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;

/**
 * List, then watch from there, for ever (kin: client-go's reflector). A watch that ends is taken up where it was; one whose version is too
 * old is begun anew with a list; what fails is tried again after growing pauses.
 */
export function reflect(source: ListWatch, listener: (event: WatchEvent) => void): Watch {
  const abort = new AbortController();
  void run(source, abort.signal, listener);
  return { stop: () => abort.abort() };
}

async function run(source: ListWatch, signal: AbortSignal, listener: (event: WatchEvent) => void): Promise<void> {
  let version: string | undefined;
  let failures = 0;
  const tell = (event: WatchEvent): void => {
    if (!signal.aborted) listener(event);
  };
  const recovered = (): void => {
    if (failures > 0) tell({ kind: 'recovered' });
    failures = 0;
  };
  while (!signal.aborted) {
    try {
      if (version === undefined) {
        const { items, resourceVersion } = await source.list(signal);
        version = resourceVersion;
        recovered();
        tell({ kind: 'listed', objects: items });
      }
      for await (const { type, object } of events(await source.watch(version, signal))) {
        recovered();
        if (type === 'ERROR') throw watchError(object, source.about);
        version = versionOf(object) ?? version;
        if (type === 'ADDED') tell({ kind: 'added', object });
        else if (type === 'MODIFIED') tell({ kind: 'modified', object });
        else if (type === 'DELETED') tell({ kind: 'deleted', object });
      }
    } catch (cause) {
      if (signal.aborted) return;
      const failure = asFailure(cause, source.about);
      if (failure.reason === 'expired') {
        version = undefined;
        continue;
      }
      // A connection that breaks in the middle of a watch is everyday; only what repeats is trouble.
      failures += 1;
      if (failures > 1 || failure.reason !== 'unreachable') tell({ kind: 'trouble', failure });
      const pause = Math.min(longestPauseMs, firstPauseMs * 2 ** (failures - 1));
      await sleep(pause * (0.75 + Math.random() / 2), signal).catch(() => undefined);
    }
  }
}

interface Line {
  readonly type: string;
  readonly object: JsonObject;
}

/** One JSON object a line; a line may come in pieces. */
async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let rest = '';
  for await (const chunk of body) {
    rest += decoder.decode(chunk, { stream: true });
    let end = rest.indexOf('\n');
    let start = 0;
    while (end >= 0) {
      const line = rest.slice(start, end);
      if (line.trim() !== '') yield parsed(line);
      start = end + 1;
      end = rest.indexOf('\n', start);
    }
    rest = rest.slice(start);
  }
}

function parsed(line: string): Line {
  const value: Json = JSON.parse(line);
  if (!isObject(value) || typeof value.type !== 'string' || !isObject(value.object))
    throw new Error('the server sent something that is no watch event');
  return { type: value.type, object: value.object };
}

function watchError(status: JsonObject, about: string): ClusterFailure {
  const message = typeof status.message === 'string' ? status.message : 'the watch failed';
  return new ClusterFailure(status.code === 410 ? 'expired' : 'serverError', about, message);
}

function asFailure(cause: unknown, about: string): ClusterFailure {
  if (cause instanceof ClusterFailure) return cause;
  const message = cause instanceof Error ? cause.message : String(cause);
  return new ClusterFailure('unreachable', about, `the watch broke: ${message}`, { cause });
}

function versionOf(object: JsonObject): string | undefined {
  const version = isObject(object.metadata) ? object.metadata.resourceVersion : undefined;
  return typeof version === 'string' ? version : undefined;
}
