import type { Facts, LibraryCall, LibraryResult } from '../core/facts/facts.ts';
import { assess, type HealthScript } from '../core/health/assess.ts';
import type { Health } from '../core/health/health.ts';
import type { JsonObject } from '../core/text/json.ts';
import type { Library } from './ports.ts';

/** A script is asked for, then run; nothing asks for a third thing. */
const mostRounds = 3;

/**
 * Health of objects as they are in a cluster; `undefined` for a kind without health. Scripts are asked of the library in batches; `customized`
 * gives the user's own (`healthScriptFor` of core/model/argocdSettings.ts).
 */
export async function healthOf(
  objects: readonly JsonObject[],
  library: Library,
  customized: (object: JsonObject) => HealthScript | undefined = () => undefined,
): Promise<readonly (Health | undefined)[]> {
  const answers = new Map<string, LibraryResult>();
  const facts: Facts = { get: ((_: string, of: unknown) => answers.get(JSON.stringify(of))) as Facts['get'] };
  for (let round = 0; ; round++) {
    const assessed = objects.map(it => assess(it, facts, customized(it)));
    const calls = new Map<string, LibraryCall>();
    for (const it of assessed.flatMap(one => one.missing))
      if (it.kind === 'library') calls.set(JSON.stringify(it.of), it.of);
    if (calls.size === 0 || round === mostRounds) return assessed.map(it => it.health);
    const results = await library.call([...calls.values()]);
    for (const [i, key] of [...calls.keys()].entries())
      answers.set(key, results[i] ?? { ok: false, error: 'The library gave no answer.' });
  }
}
