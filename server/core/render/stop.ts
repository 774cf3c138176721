import type { Missing } from '../facts/facts.ts';

/**
 * Why a source cannot be rendered further. Rendering is deep and every step may stop it, so inside of this folder these are thrown; they
 * never leave it: `render` and `renderSource` turn them into values.
 */
export abstract class Stop extends Error {}

/** Facts that are not there yet. */
export class Waiting extends Stop {
  readonly missing: readonly Missing[];
  constructor(missing: readonly Missing[]) {
    super('waiting for facts');
    this.missing = missing;
  }
}

/** Argo CD would refuse, in these words. */
export class Refused extends Stop {
  wrapped(prefix: string): Refused {
    return new Refused(`${prefix}: ${this.message}`);
  }
}

/** What cannot be known here; the message says why, and what would make it known. */
export class Unknowable extends Stop {
  readonly kind: string;
  readonly of: string;
  constructor(kind: string, of: string, why: string) {
    super(why);
    this.kind = kind;
    this.of = of;
  }
}

/** Runs a step whose refusals Argo CD prefixes. */
export function prefixed<T>(prefix: string, run: () => T): T {
  try {
    return run();
  } catch (cause) {
    throw cause instanceof Refused ? cause.wrapped(prefix) : cause;
  }
}

/** Runs a step for every item; what the items wait for is asked for at once. A refusal counts only where nothing before it waits. */
export function each<Item, T>(items: readonly Item[], run: (item: Item, at: number) => T): readonly T[] {
  const missing: Missing[] = [];
  const done: T[] = [];
  for (const [at, item] of items.entries()) {
    try {
      done.push(run(item, at));
    } catch (cause) {
      if (cause instanceof Waiting) missing.push(...cause.missing);
      else if (missing.length > 0) break;
      else throw cause;
    }
  }
  if (missing.length > 0) throw new Waiting(missing);
  return done;
}
