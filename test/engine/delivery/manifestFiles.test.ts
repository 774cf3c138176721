import { expect, it } from 'vitest';
import type { JsonObject } from '../../../server/core/text/json.ts';
import { manifestFiles } from '../../../server/engine/delivery/manifestFiles.ts';
import type { Observation } from '../../../server/engine/delivery/observe.ts';

const shop = 'https://git.example.com/shop.git';

/** One pair for each name, whose manifest says a file of one of the sources, or none. */
function observed(sources: readonly JsonObject[], said: Readonly<Record<string, readonly [number, string?]>>) {
  const manifests = Object.entries(said).map(([name, [source, file]]) => ({
    object: { kind: 'ConfigMap', metadata: { name } },
    source,
    ...(file !== undefined && { file }),
  }));
  const pairs = manifests.map(it => ({ target: it.object }));
  return {
    application: { spec: { sources: [...sources] } },
    rendering: { manifests },
    pairs: { pairs: [...pairs, { live: { kind: 'ConfigMap' } }] },
  } as unknown as Observation;
}

it('the manifest of each object stands where its source says, if somebody can open it', async () => {
  const sources = [
    { repoURL: shop, path: 'web' },
    { repoURL: 'https://charts.example.com', chart: 'redis' },
    { repoURL: 'https://git.example.com/elsewhere.git', path: '.' },
  ];
  const observation = observed(sources, {
    plain: [0, 'web/plain.yaml'],
    kustomized: [0],
    redis: [1, 'templates/redis.yaml'],
    elsewhere: [2, 'elsewhere.yaml'],
  });
  const rootOf = async (url: string) => (url === shop || url.includes('charts') ? '/work/shop' : undefined);
  expect(await manifestFiles(observation, rootOf)).toEqual([
    '/work/shop/web/plain.yaml',
    undefined,
    undefined,
    undefined,
    undefined,
  ]);
});
