import type { JsonObject } from '../../../server/core/text/json.ts';
import type { KindRef, WatchEvent } from '../../../server/engine/cluster.ts';
import type { TestCluster } from './clusters.ts';
import { at, condition, nameOf } from './objects.ts';

/** What really happened in the namespace of a case, by watching it: `added Job/before`, `complete Job/before`, `deleted Job/before`. */
export class Recording {
  readonly log: string[] = [];
  readonly #uids = new Map<string, Set<string>>();
  readonly #stops: (() => void)[] = [];

  static async of(cluster: TestCluster, namespace: string, kinds: readonly KindRef[]): Promise<Recording> {
    const made = new Recording();
    await Promise.all(kinds.map(kind => made.#watch(cluster, namespace, kind)));
    return made;
  }

  /** How many different objects there have been of this kind and name. */
  count(name: string): number {
    return this.#uids.get(name)?.size ?? 0;
  }

  /** Both happened, and in this order. */
  inOrder(...expected: readonly string[]): boolean {
    const places = expected.map(it => this.log.indexOf(it));
    return places.every((place, index) => place >= 0 && (index === 0 || place > (places[index - 1] ?? -1)));
  }

  stop(): void {
    for (const stop of this.#stops) stop();
  }

  async #watch({ api }: TestCluster, namespace: string, kind: KindRef): Promise<void> {
    await new Promise<void>(resolve => {
      const watch = api.watch(kind, { namespace }, event => {
        if (event.kind === 'listed') {
          for (const it of event.objects) this.#seen('added', kind.kind, it);
          resolve();
        } else if ('object' in event) this.#seen(event.kind, kind.kind, event.object);
      });
      this.#stops.push(() => watch.stop());
    });
  }

  #seen(what: Extract<WatchEvent, { object: JsonObject }>['kind'], kind: string, object: JsonObject): void {
    const name = `${kind}/${nameOf(object)}`;
    const uids = this.#uids.get(name) ?? new Set();
    const uid = String(at(object, 'metadata', 'uid'));
    this.#uids.set(name, uids);
    const isNew = !uids.has(uid);
    uids.add(uid);
    if (isNew) this.log.push(`added ${name}`);
    if (what === 'deleted') this.log.push(`deleted ${name}`);
    for (const word of ['Complete', 'Failed', 'Available'])
      if (condition(object, word) === 'True') this.#once(`${word.toLowerCase()} ${name}`);
  }

  #once(line: string): void {
    if (!this.log.includes(line)) this.log.push(line);
  }
}
