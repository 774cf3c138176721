import { describe, expect, it } from 'vitest';
import { worldOf } from '../support/world.ts';

const rolloutPatch = `apiVersion: argoproj.io/v1alpha1
kind: Rollout
metadata: { name: web }
spec:
  replicas: 5
`;

/** Patches hold only what they change: nothing is missing from them, and no controller judges them. */
describe('a file that a kustomization lays over others', () => {
  const world = (kustomization: string) =>
    worldOf({
      files: { '/w/overlays/prod/kustomization.yaml': kustomization, '/w/overlays/prod/size/web.yaml': rolloutPatch },
      folders: ['/w'],
    });
  const codes = async ({ workbench }: ReturnType<typeof world>) => {
    await workbench.indexed();
    const found = await workbench.findings('/w/overlays/prod/size/web.yaml');
    return (found?.findings ?? []).map(it => it.code);
  };

  it.each([
    'patches: [{ path: size/web.yaml }]\n',
    'patches: [{ path: ./size/../size/web.yaml, target: { kind: Rollout } }]\n',
    'patchesStrategicMerge: [size/web.yaml]\n',
  ])('is silent: %s', async kustomization => {
    expect(await codes(world(kustomization))).toEqual([]);
  });

  it.each(['resources: [size/web.yaml]\n', 'patches: [{ patch: "path: size/web.yaml" }]\n', '[]\n'])(
    'is told from a whole object: %s',
    async kustomization => {
      expect(await codes(world(kustomization))).not.toEqual([]);
    },
  );

  it('is judged anew when the kustomization changes', async () => {
    const made = world('patches: [{ path: size/web.yaml }]\n');
    expect(await codes(made)).toEqual([]);
    made.files.set('/w/overlays/prod/kustomization.yaml', 'resources: [size/web.yaml]\n');
    made.workbench.filesChanged([{ file: '/w/overlays/prod/kustomization.yaml', kind: 'changed' }]);
    await made.settle();
    expect(await codes(made)).not.toEqual([]);
  });
});
