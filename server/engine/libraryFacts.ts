import type { Facts, LibraryCall, LibraryResult, Missing } from '../core/facts/facts.ts';
import type { Library } from './ports.ts';

/** Rounds of questions after which the answer counts as it is: a rule asks after the one before it was answered. */
const mostRounds = 30;

/** Argo CD gives a jq expression one second of native code (argo-cd:util/argo/normalizers/diff_normalizer.go). */
const deadlineMs = 2_000;

/** Runs a stage that asks nothing but the library, in batches, until it lacks nothing. */
export async function settleWithLibrary<T extends { readonly missing: readonly Missing[] }>(
  run: (facts: Facts) => T,
  library: Library,
  signal?: AbortSignal,
): Promise<T> {
  const answers = new Map<string, LibraryResult>();
  const facts: Facts = { get: ((_: string, of: unknown) => answers.get(JSON.stringify(of))) as Facts['get'] };
  for (let round = 1; ; round++) {
    const answer = run(facts);
    const calls = new Map<string, LibraryCall>();
    for (const it of answer.missing) if (it.kind === 'library') calls.set(JSON.stringify(it.of), it.of);
    if (calls.size === 0 || round > mostRounds) return answer;
    const results = await library.call([...calls.values()], { deadlineMs, ...(signal && { signal }) });
    for (const [i, key] of [...calls.keys()].entries())
      answers.set(key, results[i] ?? { ok: false, error: 'The library gave no answer.' });
  }
}
