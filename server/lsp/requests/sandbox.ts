import type { Delivery } from '../../engine/delivery.ts';
import { type SandboxParams, type SandboxResult, sandboxRequest } from '../../protocol/delivery.ts';
import { isRunning } from '../../views/marks.ts';
import type { Feature } from '../feature.ts';

/** Starts the sandbox cluster inside this process, or forgets everything in it. */
export const sandbox: Feature<SandboxParams, SandboxResult> = {
  name: 'sandbox',
  method: sandboxRequest,
  capabilities: {},
  neutral: { problem: 'The sandbox cluster could not be started; the log "GitOps Workbench" says why.' },
  handle: async ({ delivery, workbench }, { action }, signal) => {
    const host = delivery?.sandbox;
    if (!delivery || !host) return { problem: 'This server has no sandbox cluster.' };
    if (!delivery.trusted) return { problem: 'Nobody trusts this folder; no cluster is started for it.' };
    const context = await host.start({ persist: workbench.settings.sandboxPersists });
    if (action === 'reset') {
      await ended(delivery.delivery, context, signal);
      await host.reset();
      await delivery.delivery.refresh(undefined, { hard: true });
    }
    return { context };
  },
};

/** Terminates what runs there: an operation must not work on in a cluster that begins anew, nor write its record into it. */
async function ended(delivery: Delivery, context: string, signal: AbortSignal): Promise<void> {
  const running = () =>
    delivery.operations().filter(it => isRunning(it) && delivery.application(it.application)?.cluster === context);
  await Promise.all(running().map(it => delivery.terminate(it.application)));
  await new Promise<void>(resolve => {
    const subscription = delivery.subscribe(() => look());
    const look = (): void => {
      if (running().length > 0 && !signal.aborted) return;
      subscription.dispose();
      resolve();
    };
    signal.addEventListener('abort', look);
    look();
  });
}
