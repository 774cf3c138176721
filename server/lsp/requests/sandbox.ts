import { type SandboxParams, type SandboxResult, sandboxRequest } from '../../protocol/delivery.ts';
import type { Feature } from '../feature.ts';

/** Starts the sandbox cluster inside this process, or forgets everything in it. */
export const sandbox: Feature<SandboxParams, SandboxResult> = {
  name: 'sandbox',
  method: sandboxRequest,
  capabilities: {},
  neutral: { problem: 'The sandbox cluster could not be started; the log "GitOps Workbench" says why.' },
  handle: async ({ delivery, workbench }, { action }) => {
    const host = delivery?.sandbox;
    if (!delivery || !host) return { problem: 'This server has no sandbox cluster.' };
    if (!delivery.trusted) return { problem: 'Nobody trusts this folder; no cluster is started for it.' };
    const context = await host.start({ persist: workbench.settings.sandboxPersists });
    if (action === 'reset') {
      await host.reset();
      await delivery.delivery.refresh(undefined, { hard: true });
    }
    return { context };
  },
};
