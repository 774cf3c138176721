import type { Missing } from '../core/facts/facts.ts';
import type { FactsView } from './factStore.ts';
import { Cancelled } from './workbench.ts';

export interface SettleOptions<T> {
  readonly signal?: AbortSignal | undefined;
  /** The best answer without waiting, when it is not the final one. */
  readonly onPartial?: (answer: T) => void;
}

/** Facts lead to questions that lead to facts: nested generators need a few rounds each; nothing sensible needs this many. */
const mostRounds = 60;

/** Runs a stage, finds what it lacks, and runs it again until it lacks nothing (style.md, "Ask, do not fetch"). */
export function settle<T extends { readonly missing: readonly Missing[] }>(
  run: () => T,
  view: FactsView,
  options: SettleOptions<T> = {},
): Promise<T> {
  return settleOn(run, missing => view.fetch(missing), options);
}

/** The same with any way to find what is missing. */
export async function settleOn<T extends { readonly missing: readonly Missing[] }>(
  run: () => T,
  fetch: (missing: readonly Missing[]) => Promise<void>,
  options: SettleOptions<T> = {},
): Promise<T> {
  let last = '';
  for (let round = 1; ; round++) {
    if (options.signal?.aborted) throw new Cancelled();
    const answer = run();
    if (answer.missing.length === 0 || round > mostRounds) return answer;
    // The same question twice: nobody can answer it, and asking again would go on for ever.
    const question = questionOf(answer.missing) ?? `round ${round}`;
    if (question === last) return answer;
    last = question;
    if (round === 1) options.onPartial?.(answer);
    await fetch(answer.missing);
  }
}

/** `undefined`: cannot be compared. What waits in the store of renderings says only how many it is, and a long list costs more than a round. */
function questionOf(missing: readonly Missing[]): string | undefined {
  return missing.length > 200 || missing.some(it => it.kind === 'renderings') ? undefined : JSON.stringify(missing);
}
