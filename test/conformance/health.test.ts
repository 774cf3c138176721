import { afterAll, beforeAll, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import type { Facts, LibraryResult, Missing } from '../../server/core/facts/facts.ts';
import { assess } from '../../server/core/health/assess.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import { buildGolib } from '../../server/golib/build.mjs';
import { judge, passed } from '../support/conformance.ts';

let library: Golib;
beforeAll(async () => {
  library = new Golib({ wasm: await buildGolib() });
}, 600_000);
afterAll(() => library.dispose());

it('objects are as healthy as Argo CD says', async () => {
  const tally = await judge<{ id: string; object: JsonObject }, { status: string; message: string }>(
    'health',
    async ({ object }, expected) => {
      const health = await healthOf(object);
      const ours = health ? `${health.status}: ${health.message}` : ': ';
      const theirs = `${expected.status}: ${expected.message}`;
      return ours === theirs ? passed : { kind: 'fail', difference: `ours ${ours}, Argo CD's ${theirs}` };
    },
  );
  expect(tally.failures).toEqual([]);
});

/** Asks, answers what is missing, asks again. */
async function healthOf(object: JsonObject) {
  const answers = new Map<string, LibraryResult>();
  const facts = { get: (_kind: string, of: unknown) => answers.get(JSON.stringify(of)) } as Facts;
  for (let round = 0; round < 3; round++) {
    const { health, missing } = assess(object, facts);
    if (missing.length === 0) return health;
    const calls = missing.map((it: Missing) => it.of as { op: string; args: JsonObject });
    const results = await library.call(calls);
    for (const [i, call] of calls.entries())
      answers.set(JSON.stringify(call), results[i] ?? { ok: false, error: 'no answer' });
  }
  throw new Error('health never settles');
}
