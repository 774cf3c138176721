import { normalizedPair } from '../../core/diff/compare.ts';
import type { CompareSettings } from '../../core/diff/comparison.ts';
import { DiffError } from '../../core/diff/failure.ts';
import { respectIgnored } from '../../core/diff/respectIgnored.ts';
import { settingsFrom } from '../../core/diff/settings.ts';
import type { KubernetesTypes } from '../../core/diff/types.ts';
import type { Pair } from '../../core/sync/pairs.ts';
import type { Refusal } from '../../core/sync/plan.ts';
import { apiVersionOf, keyText } from '../../core/sync/resource.ts';
import { readLive } from '../compare/live.ts';
import { settleWithLibrary } from '../libraryFacts.ts';
import type { Library } from '../ports.ts';
import type { Prepared } from './prepare.ts';

/** RespectIgnoreDifferences: what is ignored stays as it lives. Objects that are new have nothing to keep. */
export async function respectingIgnored(
  prepared: Prepared,
  library: Library,
  types: KubernetesTypes,
): Promise<Prepared | Refusal> {
  if (!prepared.options.respectIgnoreDifferences) return prepared;
  const rules = settingsFrom(prepared.application, prepared.place.connected.settings, types);
  const own = await inFull(prepared, rules);
  const { pairs } = await settleWithLibrary(facts => {
    const normalized = own.map(({ target, live }) =>
      target && live ? normalizedPair({ target, live }, rules, facts) : undefined,
    );
    return { pairs: normalized, missing: normalized.flatMap(it => it?.missing ?? []) };
  }, library);
  try {
    const respected = own.map((pair, i): Pair => {
      const normalized = pairs[i];
      if (normalized?.error !== undefined) throw new DiffError(normalized.error);
      return pair.target && pair.live && normalized
        ? { ...pair, target: respectIgnored(pair.target, pair.live, normalized, types) }
        : pair;
    });
    // The comparison asked about other targets than these.
    return { ...prepared, pairs: respected, predictions: new Map() };
  } catch (cause) {
    if (!(cause instanceof DiffError)) throw cause;
    return { guard: 'notRendered', message: `Failed to normalize target resources: ${cause.message}` };
  }
}

/** What lives is kept without its managers; rules that name managers read it again. */
async function inFull({ pairs, place }: Prepared, rules: CompareSettings): Promise<readonly Pair[]> {
  const all = [...rules.ignores, ...[...rules.overrides.values()].flatMap(it => it.ignoreDifferences ?? [])];
  if (!all.some(it => it.managedFieldsManagers.length > 0)) return pairs;
  const wanted = pairs.flatMap(it => (it.target && it.live ? [{ ...it.key, apiVersion: apiVersionOf(it.live) }] : []));
  const found = await readLive(place.connected.cluster, wanted);
  return pairs.map(it => {
    const live = found.get(keyText(it.key));
    return live ? { ...it, live } : it;
  });
}
