import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type KubernetesTypes, typesFrom } from '../../server/core/diff/types.ts';
import { generateKubernetesTypes } from '../../server/schemas/kubernetes.mjs';

/** The types of Kubernetes as the product has them. */
export async function kubernetesTypes(): Promise<KubernetesTypes> {
  const out = join(tmpdir(), `gitops-kubernetes-types-${process.pid}.json`);
  return typesFrom(JSON.parse(await generateKubernetesTypes({ out })));
}
