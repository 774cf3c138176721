import { isObject, type Json, type JsonObject } from '../../core/text/json.ts';
import { type Clock, ClusterFailure, type Watch, type WatchEvent } from '../../engine/ports.ts';
import { pause } from './connection.ts';

/** The two requests that a reflector lives from. */
export interface ListWatch {
  /** What it is about, for failures. */
  readonly about: string;
  list(signal: AbortSignal): Promise<{ readonly items: readonly JsonObject[]; readonly resourceVersion: string }>;
  watch(resourceVersion: string, signal: AbortSignal): Promise<AsyncIterable<Uint8Array>>;
}

const firstPauseMs = 500;
const longestPauseMs = 30_000;
/** A watch that ends sooner and without an event is not the server's usual ending (client-go:tools/cache/reflector.go). */
const shortWatchMs = 1_000;

/**
 * List, then watch from there, for ever (kin: client-go's reflector). A watch that ends is taken up where it was; one whose version is too
 * old is begun anew with a list; what fails is tried again after growing pauses.
 */
export function reflect(source: ListWatch, listener: (event: WatchEvent) => void, clock: Clock): Watch {
  const reflector = new Reflector(source, listener, clock);
  void reflector.run();
  return { stop: () => reflector.stop() };
}

class Reflector {
  readonly #source: ListWatch;
  readonly #listener: (event: WatchEvent) => void;
  readonly #clock: Clock;
  readonly #abort = new AbortController();
  /** Where to go on watching; `undefined`: from a new list. */
  #version: string | undefined;
  #failures = 0;
  #troubled = false;

  constructor(source: ListWatch, listener: (event: WatchEvent) => void, clock: Clock) {
    this.#source = source;
    this.#listener = listener;
    this.#clock = clock;
  }

  stop(): void {
    this.#abort.abort();
  }

  async run(): Promise<void> {
    const { signal } = this.#abort;
    while (!signal.aborted) {
      try {
        if (this.#version === undefined) await this.#list(signal);
        else await this.#watch(this.#version, signal);
      } catch (cause) {
        if (signal.aborted) return;
        await this.#failed(asFailure(cause, this.#source.about), signal);
      }
    }
  }

  async #list(signal: AbortSignal): Promise<void> {
    const { items, resourceVersion } = await this.#source.list(signal);
    this.#well();
    this.#version = resourceVersion;
    this.#tell({ kind: 'listed', objects: items });
  }

  async #watch(from: string, signal: AbortSignal): Promise<void> {
    const begun = this.#clock.now();
    let heard = 0;
    const body = await this.#source.watch(from, signal);
    // An answer is all that can be waited for: there may be no event for hours.
    this.#recovered();
    for await (const { type, object } of events(body)) {
      if (signal.aborted) return;
      if (type === 'ERROR') throw watchError(object, this.#source.about);
      heard += 1;
      this.#failures = 0;
      this.#version = versionOf(object) ?? this.#version;
      if (type === 'ADDED') this.#tell({ kind: 'added', object });
      else if (type === 'MODIFIED') this.#tell({ kind: 'modified', object });
      else if (type === 'DELETED') this.#tell({ kind: 'deleted', object });
    }
    if (heard === 0 && this.#clock.now() - begun < shortWatchMs)
      throw new ClusterFailure('unreachable', this.#source.about, 'the watch ended at once');
    this.#failures = 0;
  }

  async #failed(failure: ClusterFailure, signal: AbortSignal): Promise<void> {
    this.#failures += 1;
    if (failure.reason === 'expired') {
      this.#version = undefined;
      // Once is everyday; a server on which every version is too old must not be asked in circles.
      if (this.#failures === 1) return;
    } else if (this.#failures > 1 || !isEveryday(failure)) {
      this.#troubled = true;
      this.#tell({ kind: 'trouble', failure });
    }
    // A kind that is gone, or forbidden, does not come back by watching on; a list tells when it does.
    if (failure.reason === 'notFound' || failure.reason === 'unknownKind' || failure.reason === 'forbidden')
      this.#version = undefined;
    const length = Math.min(longestPauseMs, firstPauseMs * 2 ** Math.min(this.#failures - 1, 10));
    await pause(this.#clock, length * (0.75 + Math.random() / 2), signal).catch(() => undefined);
  }

  #well(): void {
    this.#failures = 0;
    this.#recovered();
  }

  #recovered(): void {
    if (!this.#troubled) return;
    this.#troubled = false;
    this.#tell({ kind: 'recovered' });
  }

  #tell(event: WatchEvent): void {
    if (!this.#abort.signal.aborted) this.#listener(event);
  }
}

/** Connections break in the middle of a watch, and networks fall silent; only what repeats is trouble. */
function isEveryday({ reason }: ClusterFailure): boolean {
  return reason === 'unreachable' || reason === 'timeout' || reason === 'tooManyRequests';
}

interface Line {
  readonly type: string;
  readonly object: JsonObject;
}

/** One JSON object a line; a line may come in pieces. */
async function* events(body: AsyncIterable<Uint8Array>): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  // Pieces are put together once a line is whole: a large object comes in many, and adding them up one by one would be slow.
  let pieces: string[] = [];
  for await (const chunk of body) {
    const lines = decoder.decode(chunk, { stream: true }).split('\n');
    const last = lines.pop() ?? '';
    for (const it of lines) {
      const line = pieces.length === 0 ? it : pieces.join('') + it;
      pieces = [];
      if (line.trim() !== '') yield parsed(line);
    }
    if (last !== '') pieces.push(last);
  }
}

function parsed(line: string): Line {
  let value: Json = null;
  try {
    value = JSON.parse(line);
  } catch {
    // Told below.
  }
  if (isObject(value) && typeof value.type === 'string' && isObject(value.object))
    return { type: value.type, object: value.object };
  throw new Error('the server sent something that is no watch event');
}

function watchError(status: JsonObject, about: string): ClusterFailure {
  const message = typeof status.message === 'string' ? status.message : 'the watch failed';
  const expired = status.code === 410 || status.reason === 'Expired' || status.reason === 'Gone';
  return new ClusterFailure(expired ? 'expired' : 'serverError', about, message);
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
