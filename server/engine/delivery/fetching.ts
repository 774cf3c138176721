import { Failure, type Log } from '../ports.ts';
import type { Workbench } from '../workbench.ts';
import { type Observation, type ObservePorts, type Place, renderFor } from './observe.ts';

export interface FetchingPorts {
  readonly workbench: Workbench;
  readonly observing: ObservePorts;
  readonly log: Log;
  /** Whether repositories that no folder has are cloned when an Application of a chosen cluster needs them. */
  readonly fetches: () => boolean;
  /** Something came: the Application is to be looked at again. */
  readonly again: (id: string) => void;
}

interface FetchingSubject {
  readonly id: string;
  readonly place: Place;
  readonly observation: Observation;
  /** Folders near which its repositories may lie. */
  readonly near: readonly string[];
}

/** What a rendering lacks and its renderer can fetch; repositories are the workbench's. */
const remoteKinds: ReadonlySet<string> = new Set(['chart', 'remoteBase', 'valuesFile']);

/** Fetches what Applications were found to lack. Never while typing: each repository and chart is tried once, then again after `forget`. */
export class Fetching {
  readonly #ports: FetchingPorts;
  readonly #tried = new Set<string>();
  #underway = 0;

  constructor(ports: FetchingPorts) {
    this.#ports = ports;
  }

  get idle(): boolean {
    return this.#underway === 0;
  }

  /** What was tried may be tried again. */
  forget(): void {
    this.#tried.clear();
  }

  /** Beside everything else: a host that does not answer holds up nobody's turn. */
  later(subject: FetchingSubject, signal: AbortSignal): void {
    if (!this.#ports.fetches() || subject.observation.rendering.unknown.length === 0) return;
    this.#underway += 1;
    this.#fetch(subject, signal)
      .then(came => {
        if (came && !signal.aborted) this.#ports.again(subject.id);
      })
      .catch(cause => {
        if (!signal.aborted) this.#ports.log.error(`What ${subject.id} needs could not be fetched.`, cause);
      })
      .finally(() => {
        this.#underway -= 1;
      });
  }

  async #fetch({ place, observation, near }: FetchingSubject, signal: AbortSignal): Promise<boolean> {
    const { application, rendering } = observation;
    const remote = rendering.unknown.filter(it => remoteKinds.has(it.kind) && this.#isNew(`${it.kind} ${it.of}`));
    if (remote.length > 0) {
      await renderFor(application, place.connected, this.#ports.observing, { near, fetch: true, signal });
      return true;
    }
    const urls = rendering.unknown.flatMap(it => (it.kind === 'repository' && this.#isNew(it.of) ? [it.of] : []));
    const came = await Promise.all(urls.map(url => this.#repository(url, signal)));
    return came.includes(true);
  }

  async #repository(url: string, signal: AbortSignal): Promise<boolean> {
    try {
      return await this.#ports.workbench.fetchRepository(url, signal);
    } catch (cause) {
      if (!(cause instanceof Failure)) throw cause;
      this.#ports.log.warn(cause.message);
      return false;
    }
  }

  /** Whether this is its first try. */
  #isNew(what: string): boolean {
    if (this.#tried.has(what)) return false;
    this.#tried.add(what);
    return true;
  }
}
