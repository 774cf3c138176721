import type { TestProject } from 'vitest/node';
import { startControlPlane } from '../support/controlplane.mjs';
import { startTestSandbox } from '../support/sandbox.ts';
import type { ClusterFiles } from './support/clusters.ts';

declare module 'vitest' {
  interface ProvidedContext {
    readonly clusters: readonly ClusterFiles[];
  }
}

/** One control plane and one sandbox for all files of this folder, ended when they are done. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const controlPlane = await startControlPlane();
  const { stop, ...files } = controlPlane.why === undefined ? controlPlane : { stop: undefined, why: controlPlane.why };
  const { stop: stopSandbox, ...sandbox } = await startTestSandbox();
  project.provide('clusters', [
    { name: 'control plane', ...files },
    { name: 'sandbox', ...sandbox },
  ]);
  return async () => {
    await Promise.all([stop?.(), stopSandbox()]);
  };
}
