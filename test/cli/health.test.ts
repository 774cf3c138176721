import { beforeAll, describe, expect, it } from 'vitest';
import { buildCli, cli } from '../support/cli.ts';
import { folderWith } from '../support/folder.ts';

beforeAll(buildCli, 300_000);

const objects = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web, namespace: shop, generation: 2 }
spec: { replicas: 3 }
status: { observedGeneration: 2, updatedReplicas: 1, replicas: 1 }
---
apiVersion: v1
kind: List
items:
  - apiVersion: argoproj.io/v1alpha1
    kind: Rollout
    metadata: { name: checkout, namespace: shop, generation: 1 }
    spec: { replicas: 1, strategy: { canary: {} } }
    status: { observedGeneration: '1', phase: Degraded, message: aborted }
  - { apiVersion: v1, kind: ConfigMap, metadata: { name: settings } }
`;

describe('health of objects without a cluster', () => {
  it('is Argo CD’s: built-in checks, bundled scripts, and nothing for kinds without health', async () => {
    const { status, out } = await cli(await folderWith({ 'live.yaml': objects }), ['health', 'live.yaml']);
    expect(status).toBe(0);
    const told: readonly { name: string; health: { status: string; message: string } | null }[] = JSON.parse(out);
    expect(told.map(it => [it.name, it.health?.status])).toEqual([
      ['web', 'Progressing'],
      ['checkout', expect.stringMatching(/^(Degraded|Progressing)$/)],
      ['settings', undefined],
    ]);
    expect(told[0]?.health?.message).toBe(
      'Waiting for rollout to finish: 1 out of 3 new replicas have been updated...',
    );
  });

  it('says what cannot be read', async () => {
    const { status, err } = await cli(await folderWith({ 'bad.yaml': 'kind: [\n' }), ['health', 'bad.yaml']);
    expect([status, err]).toEqual([2, expect.stringContaining('bad.yaml cannot be read')]);
  });
});
