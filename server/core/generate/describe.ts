import type { Origin } from './generation.ts';

/** A parameter set in a few words, by the innermost items it was made of: `cluster prod × apps/web`. */
export function nameOfSet({ origin }: { readonly origin: readonly Origin[] }): string {
  const items = origin.flatMap(it => (it.item === undefined ? [] : [it.item]));
  return items.length === 0 ? 'a parameter set' : items.join(' × ');
}
