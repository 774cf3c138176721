import { window } from 'vscode';
import { type DeliveryAlert, deliveryAlert } from '../../server/protocol/delivery.ts';
import type { ClientFeature } from './index.ts';

/** Toasts; the server decides what is worth one. */
export const alerts: ClientFeature = {
  name: 'alerts',
  activate: workbench => [
    workbench.onTold(deliveryAlert, async ({ severity, message, application, action }: DeliveryAlert) => {
      const offer = action === 'plan' ? 'Show Plan' : 'Show Operation';
      const tell = severity === 'error' ? window.showErrorMessage : window.showWarningMessage;
      if ((await tell(message, offer)) !== offer) return;
      if (action === 'plan') workbench.panels.plan(application, { kind: 'sync' });
      else workbench.panels.operation(application);
    }),
  ],
};
