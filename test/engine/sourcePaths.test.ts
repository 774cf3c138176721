import { expect, it } from 'vitest';
import type { JsonObject } from '../../server/core/text/json.ts';
import { pathsOfSource } from '../../server/engine/sourcePaths.ts';

const paths = (source: JsonObject, files: Readonly<Record<string, string>> = {}) =>
  pathsOfSource(source, async path => files[path]);

it('a source is made of its folder, and of the whole repository where it names none', async () => {
  expect(await paths({ path: './apps/web/' })).toEqual(['apps/web']);
  expect(await paths({})).toEqual(['.']);
});

it('values files beside the chart belong to it, those of the network and of other sources do not', async () => {
  const valueFiles = ['prod.yaml', '../shared.yaml', '/root.yaml', 'https://example.com/v.yaml', '$values/v.yaml'];
  expect(await paths({ path: 'charts/web', helm: { valueFiles } })).toEqual([
    'charts/web',
    'charts/web/prod.yaml',
    'charts/shared.yaml',
    'root.yaml',
  ]);
});

it('what kustomizations refer to belongs to it, over several steps and never outside', async () => {
  const files = {
    'overlays/eu/kustomization.yaml': 'resources: [../../base, ../../../outside]\ncomponents: [../../debug]\n',
    'base/kustomization.yml': 'resources: [web.yaml, "https://example.com/base"]\n',
  };
  expect(await paths({ path: 'overlays/eu' }, files)).toEqual(['overlays/eu', 'base', 'debug', 'base/web.yaml']);
});
