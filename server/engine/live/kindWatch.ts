import { keyOf, keyText } from '../../core/sync/resource.ts';
import type { JsonObject } from '../../core/text/json.ts';
import type { Cluster, ClusterFailure, DiscoveredKind, Watch } from '../cluster.ts';

export interface KindWatchSubject {
  readonly cluster: Cluster;
  readonly kind: DiscoveredKind;
  /** Where to look when the kind may not be listed in the whole cluster. */
  readonly namespaces: () => readonly string[];
  readonly keep: (object: JsonObject) => JsonObject;
  readonly put: (object: JsonObject) => void;
  readonly remove: (key: string) => void;
  readonly trouble: (of: object, failure: ClusterFailure, namespace: string | undefined) => void;
  readonly recovered: (of: object, namespace: string | undefined) => void;
  /** Its trouble is nobody's any more. */
  readonly ended: (of: object) => void;
  readonly listed: (namespace: string | undefined) => void;
  /** May not be listed there; `undefined`: in the whole cluster. */
  readonly forbidden: (failure: ClusterFailure, namespace: string | undefined) => void;
}

/** One kind, watched in the whole cluster, or where that is forbidden in the namespaces that matter. */
export class KindWatch {
  readonly #subject: KindWatchSubject;
  readonly #places = new Map<string, Reflection>();
  #whole: Reflection | undefined;

  constructor(subject: KindWatchSubject) {
    this.#subject = subject;
  }

  /** Resolves when everything that may be listed is listed. Rejects when the cluster itself fails. */
  async begin(): Promise<void> {
    this.#whole ??= new Reflection(this.#subject, undefined);
    if ((await this.#whole.listed) === 'forbidden') await this.spread();
  }

  /** Watches in namespaces that matter since the last time, where the whole cluster is forbidden. */
  async spread(): Promise<void> {
    if (!this.isPartial || !this.#subject.kind.namespaced) return;
    const wanted = this.#subject.namespaces();
    for (const it of wanted) if (!this.#places.has(it)) this.#places.set(it, new Reflection(this.#subject, it));
    await Promise.all([...this.#places.values()].map(it => it.listed));
  }

  /** Only in some namespaces, or nowhere. */
  get isPartial(): boolean {
    return this.#whole?.state === 'forbidden';
  }

  /** Whether what is not there does not exist. */
  covers(namespace: string): boolean {
    return this.#whole?.state === 'listed' || this.#places.get(namespace)?.state === 'listed';
  }

  /** Whether objects may be there that nobody may list. */
  hides(namespace: string): boolean {
    return this.isPartial && !this.covers(namespace);
  }

  /** Tries again what was forbidden. Single namespaces are let go of only when the whole cluster is listed. */
  async widen(): Promise<void> {
    const whole = new Reflection(this.#subject, undefined);
    if ((await whole.listed) === 'listed') {
      this.#whole = whole;
      for (const it of this.#places.values()) it.stop();
      this.#places.clear();
      return;
    }
    whole.stop();
    for (const [namespace, it] of this.#places) if (it.state === 'forbidden') this.#places.delete(namespace);
    await this.spread();
  }

  stop(): void {
    for (const it of [this.#whole, ...this.#places.values()]) it?.stop();
  }
}

type Answer = 'listed' | 'forbidden' | 'absent';

/** One watch of the cluster, from its first listing on. */
class Reflection {
  readonly listed: Promise<Answer>;
  readonly #subject: KindWatchSubject;
  readonly #namespace: string | undefined;
  readonly #watch: Watch;
  #mine = new Set<string>();
  #state: Answer | 'waiting' = 'waiting';
  #answer: (answer: Answer) => void = () => undefined;
  #reject: (failure: ClusterFailure) => void = () => undefined;

  constructor(subject: KindWatchSubject, namespace: string | undefined) {
    this.#subject = subject;
    this.#namespace = namespace;
    this.listed = new Promise((resolve, reject) => {
      this.#answer = resolve;
      this.#reject = reject;
    });
    // Whoever waits sees the failure.
    this.listed.catch(() => undefined);
    this.#watch = this.#begin();
  }

  get state(): Answer | 'waiting' {
    return this.#state;
  }

  stop(): void {
    this.#watch.stop();
    this.#subject.ended(this);
    this.#settle('absent');
  }

  #begin(): Watch {
    const { cluster, kind, keep, put, remove } = this.#subject;
    const options = { keep, ...(this.#namespace !== undefined && { namespace: this.#namespace }) };
    return cluster.watch(kind, options, event => {
      switch (event.kind) {
        case 'listed': {
          const now = new Set<string>();
          for (const object of event.objects) {
            now.add(keyText(keyOf(object)));
            put(object);
          }
          for (const gone of this.#mine) if (!now.has(gone)) remove(gone);
          this.#mine = now;
          this.#settle('listed');
          this.#subject.listed(this.#namespace);
          return;
        }
        case 'added':
        case 'modified':
          this.#mine.add(keyText(keyOf(event.object)));
          put(event.object);
          return;
        case 'deleted':
          this.#mine.delete(keyText(keyOf(event.object)));
          remove(keyText(keyOf(event.object)));
          return;
        case 'trouble':
          this.#failed(event.failure);
          return;
        case 'recovered':
          this.#subject.recovered(this, this.#namespace);
          return;
      }
    });
  }

  #failed(failure: ClusterFailure): void {
    if (failure.reason === 'forbidden') {
      this.#giveUp('forbidden');
      this.#subject.forbidden(failure, this.#namespace);
      return;
    }
    if (failure.reason === 'notFound' || failure.reason === 'unknownKind') {
      // The kind was removed, or its version: its objects went with it.
      this.#giveUp('absent');
      return;
    }
    this.#subject.trouble(this, failure, this.#namespace);
    if (this.#state !== 'waiting') return;
    if (isOfCluster(failure)) {
      this.#watch.stop();
      this.#reject(failure);
      return;
    }
    // An aggregated API that is down hides its own objects only. The watch tries on, and tells when they are there.
    this.#answer('absent');
  }

  #giveUp(state: Answer): void {
    // The listener may be called before `watch` has returned.
    queueMicrotask(() => this.#watch.stop());
    this.#subject.ended(this);
    for (const it of this.#mine) this.#subject.remove(it);
    this.#mine.clear();
    this.#state = state;
    this.#answer(state);
  }

  #settle(state: Answer): void {
    this.#state = state;
    this.#answer(state);
  }
}

export function isOfCluster({ reason }: ClusterFailure): boolean {
  return reason === 'unreachable' || reason === 'unauthorized' || reason === 'kubeconfig' || reason === 'timeout';
}
