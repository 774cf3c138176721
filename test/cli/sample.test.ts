import { mkdtempSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { buildCli, cli } from '../support/cli.ts';
import { makeSample } from '../support/sample.mjs';

/** The repository that `npm start` opens: it is shown to people, so every sentence of its README has to be true. */
describe('the sample repository', () => {
  let folder = '';
  beforeAll(async () => {
    await buildCli();
    folder = await makeSample(join(mkdtempSync(join(tmpdir(), 'gitops-workbench-sample-')), 'platform-gitops'));
  }, 300_000);

  it('is valid but for its folder of mistakes', async () => {
    const { out } = await cli(folder, ['validate', '.', '--output', 'json']);
    const { findings } = JSON.parse(out) as { findings: readonly { readonly file: string; readonly code: string }[] };
    expect(findings.filter(it => !it.file.includes('mistakes/'))).toEqual([]);
    expect([...new Set(findings.map(it => it.file.split('/').at(-1)))].sort()).toEqual([
      'application.yaml',
      'applicationset.yaml',
      'rollout.yaml',
    ]);
  });

  it.each([
    ['addons', 'addon-cert-manager addon-ingress-nginx addon-external-dns'],
    ['environments', 'payments-production-eu payments-production-us payments-staging'],
    ['monitoring', 'monitoring-staging monitoring-production-eu monitoring-production-us'],
    ['policies', 'policies-production-eu policies-production-us policies-staging'],
    [
      'regions',
      'checkout-production-eu checkout-production-us guestbook-production-eu guestbook-production-us orders-production-eu orders-production-us',
    ],
    ['shop', 'shop-checkout shop-guestbook shop-orders'],
  ])('%s generates %s', async (set, names) => {
    const { out, status } = await cli(folder, ['generate', `applicationsets/${set}.yaml`, '--output', 'names']);
    expect([status, out.trim().split(/\s+/)]).toEqual([0, names.split(' ')]);
  });

  it('was smaller at its first release', async () => {
    const { out } = await cli(folder, [
      'generate',
      'applicationsets/shop.yaml',
      '--revision',
      'v2.4.0',
      '--output',
      'names',
    ]);
    expect(out.trim().split(/\s+/)).toEqual(['shop-checkout', 'shop-guestbook']);
  });
});
