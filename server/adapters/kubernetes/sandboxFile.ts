import { homedir } from 'node:os';
import { join } from 'node:path';

/** Where a running sandbox cluster leaves its kubeconfig for other programs of the same user. */
export function sandboxKubeconfig(): string {
  const state = process.env.XDG_STATE_HOME || join(homedir(), '.local', 'state');
  return join(state, 'gitops-workbench', 'sandbox.kubeconfig');
}
