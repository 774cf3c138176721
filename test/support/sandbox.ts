import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startSandbox } from '../../server/sandbox/sandbox.ts';
import type { ControlPlane } from './controlplane.mjs';
import { kubernetesTypes } from './kubernetesTypes.ts';

/** The embedded cluster, as the cases of `test/cluster` see a cluster: a kubeconfig and what can be asked of it. */
export async function startTestSandbox(): Promise<ControlPlane> {
  const folder = await mkdtemp(join(tmpdir(), 'gitops-sandbox-'));
  const sandbox = await startSandbox({ types: await kubernetesTypes() });
  const kubeconfig = join(folder, 'kubeconfig');
  await writeFile(kubeconfig, sandbox.kubeconfig);
  return {
    source: 'built',
    can: ['controllers', 'scriptedPods', 'proxy'],
    server: sandbox.url,
    kubeconfig,
    tokenKubeconfig: kubeconfig,
    stop: async () => {
      await sandbox.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
}
