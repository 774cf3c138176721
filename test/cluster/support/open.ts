import { createContexts } from '../../../server/adapters/kubernetes/contexts.ts';
import type { Cluster } from '../../../server/engine/cluster.ts';

/** The current context of a kubeconfig file, through our transport. */
export async function openCluster(kubeconfig: string): Promise<Cluster> {
  const contexts = createContexts({ kubeconfigs: [kubeconfig] });
  const notes = await contexts.list();
  const current = notes.find(it => it.current);
  if (!current) throw new Error(`${kubeconfig} has no current context`);
  return contexts.open(current.name);
}
