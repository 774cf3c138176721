import { operationTreeRequest } from '../../server/protocol/delivery.ts';
import { createDeliveryTree } from '../deliveryTree.ts';
import type { ClientFeature } from './index.ts';

/** The view Operations: what runs and what ran, with its steps. */
export const operations: ClientFeature = {
  name: 'operations',
  activate: workbench =>
    createDeliveryTree(workbench, { id: 'gitops.operations', request: operationTreeRequest, name: 'operations' })
      .disposables,
};
