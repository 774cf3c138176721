import { afterAll, beforeAll, expect, it } from 'vitest';
import { Golib } from '../../server/adapters/golib/library.ts';
import type { JsonObject } from '../../server/core/text/json.ts';
import { healthOf } from '../../server/engine/health.ts';
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
      const [health] = await healthOf([object], library);
      const ours = health ? `${health.status}: ${health.message}` : ': ';
      const theirs = `${expected.status}: ${expected.message}`;
      return ours === theirs ? passed : { kind: 'fail', difference: `ours ${ours}, Argo CD's ${theirs}` };
    },
  );
  expect(tally.failures).toEqual([]);
});
