import type { TestProject } from 'vitest/node';
import { startControlPlane } from '../support/controlplane.mjs';
import type { ClusterFiles } from './support/clusters.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly clusters: readonly ClusterFiles[];
  }
}

/** One control plane for all files of this folder, ended when they are done. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const controlPlane = await startControlPlane();
  const { stop, ...files } = controlPlane.why === undefined ? controlPlane : { stop: undefined, why: controlPlane.why };
  project.provide('clusters', [{ name: 'control plane', ...files }]);
  return async () => {
    await stop?.();
  };
}
